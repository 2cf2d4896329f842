import { describe, expect, it } from "vitest";
import { clientSearch } from "../src/clients/search";
import { invoiceSearch } from "../src/invoices/search";
import { isFiltered, textSearch } from "../src/list/filters";
import { workOrderSearch } from "../src/work-orders/search";

const ID = "0198c0de-0000-7000-8000-000000000001";

describe("filters in the address", () => {
  it("are read as they were set", () => {
    const set = {
      text: "INV-7",
      status: "DRAFT",
      kind: "INVOICE",
      clientId: ID,
      dateFrom: "2026-01-01",
      dateTo: "2026-12-31",
      overdue: true,
      sort: "total",
      direction: "asc",
    };
    expect(invoiceSearch(set)).toEqual(set);
    expect(workOrderSearch({ invoiceReady: false, status: "OPEN" })).toEqual({ invoiceReady: false, status: "OPEN" });
    expect(clientSearch({ archived: true, kind: "CONSUMER" })).toEqual({ archived: true, kind: "CONSUMER" });
  });

  it("drop whatever else somebody typed", () => {
    const typed = {
      text: "   ",
      status: "EDITABLE",
      kind: 7,
      clientId: "../etc",
      dateFrom: "2026-13-01",
      dateTo: "tomorrow",
      overdue: "yes",
      sort: "drop table",
      direction: "up",
      other: 1,
    };
    expect(invoiceSearch(typed)).toEqual({});
  });

  it("find numbers that the router read as numbers", () => {
    expect(textSearch({ text: 1001 })).toEqual({ text: "1001" });
  });

  it("do not count the order of the list", () => {
    expect(isFiltered({ sort: "date", direction: "asc" })).toBe(false);
    expect(isFiltered({ text: undefined })).toBe(false);
    expect(isFiltered({ overdue: false })).toBe(true);
  });
});
