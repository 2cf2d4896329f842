import { describe, expect, it } from "vitest";
import { serviceFaults, serviceInput, serviceValues } from "../src/catalog/serviceForm";
import { clientFaults, clientInput, clientValues } from "../src/clients/clientForm";
import type { Client } from "../src/clients/queries";
import { differencesBetween } from "../src/form/values";
import { remedyOf, untaxedRegions } from "../src/invoices/InvoiceBlockers";
import { resolveLink } from "../src/shell/links";
import { feeRuleFaults, feeRuleInput, feeRuleValues } from "../src/tax/feeRuleForm";
import { rateOn, regionFaults, regionInput, regionValues } from "../src/tax/regionForm";
import { stateOf } from "../src/tokens/queries";

const SETTING = {
  exponents: new Map([
    ["EUR", 2],
    ["JPY", 0],
  ]),
  locale: "de-DE",
};
const WORDS = { needed: "needed", decimal: (fault: string) => fault };

function faultsOf(found: Record<string, string | null>): Record<string, string> {
  return Object.fromEntries(Object.entries(found).filter((entry): entry is [string, string] => entry[1] !== null));
}

function aClient(change: Partial<Client> = {}): Client {
  return {
    clientId: "c1",
    kind: "BUSINESS",
    name: "Kestrel Robotics",
    etag: "v1",
    createdAt: "2026-01-01T00:00:00Z",
    updatedAt: "2026-01-01T00:00:00Z",
    ...change,
  };
}

describe("the form of a client", () => {
  it("saves what it was filled with", () => {
    const client = aClient({
      billingAddress: {
        lines: ["Hof 2", "Hinterhaus"],
        city: "Bonn",
        region: null,
        postalCode: "53111",
        country: "DE",
      },
      contacts: [{ name: "Ada", role: null, email: "ada@kestrel.example", phone: null }],
      locations: [{ locationId: "l1", name: "Werk", address: null, taxRegion: "DE" }],
      taxIds: [{ scheme: "eu.vat", value: "DE136695976" }],
      pricesIncludeTax: false,
      approvalRequired: null,
      taxTreatment: "REVERSE_CHARGE",
      taxReason: "Art. 196",
    });
    const saved = clientInput(clientValues(client));
    expect(saved).toMatchObject({
      kind: client.kind,
      name: client.name,
      reference: null,
      currency: null,
      archived: false,
      billingAddress: client.billingAddress,
      contacts: client.contacts,
      locations: client.locations,
      taxIds: client.taxIds,
      pricesIncludeTax: false,
      approvalRequired: null,
      taxTreatment: "REVERSE_CHARGE",
      taxReason: "Art. 196",
    });
    expect(Object.keys(saved)).not.toContain("etag");
    expect(faultsOf(clientFaults(clientValues(client), "needed"))).toEqual({});
  });

  it("names what is missing under its input", () => {
    const values = clientValues(null);
    values.contacts = [{ name: "", role: "", email: "", phone: "" }];
    values.billingAddress = { ...values.billingAddress, city: "Bonn" };
    expect(faultsOf(clientFaults(values, "needed"))).toEqual({
      name: "needed",
      "contacts.0.name": "needed",
      "billingAddress.country": "needed",
    });
  });
});

describe("the form of a service", () => {
  it("shows and saves prices exactly", () => {
    const service = {
      serviceId: "s1", code: "API", name: "Calls", kind: "SERVICE" as const, unit: "call", etag: "v1",
      createdAt: "", updatedAt: "", description: null, taxable: true, taxCategory: "standard", active: true,
      prices: [{ currency: "EUR", unitPrice: "0.040000000000" }, { currency: "JPY", unitPrice: "1.5" }],
    }; // prettier-ignore
    const values = serviceValues(service, SETTING);
    expect(values.prices).toEqual([
      { currency: "EUR", price: "0,0004" },
      { currency: "JPY", price: "1,5" },
    ]);
    expect(serviceInput(values, SETTING).prices).toEqual([
      { currency: "EUR", unitPrice: "0.04" },
      { currency: "JPY", unitPrice: "1.5" },
    ]);
  });

  it("says which price is none", () => {
    const values = {
      ...serviceValues(null, SETTING),
      code: "A",
      name: "A",
      prices: [{ currency: "EUR", price: "1.5x" }],
    };
    expect(faultsOf(serviceFaults(values, SETTING, WORDS))).toEqual({ "prices.0.price": "not-a-number" });
  });
});

describe("the form of a tax region", () => {
  const region = {
    taxRegionId: "r1", code: "DE", name: "Deutschland", country: "DE", etag: "v1", createdAt: "", updatedAt: "",
    rates: [
      { rateId: "a", taxCategory: "standard", validFrom: "2020-07-01", validTo: "2021-01-01", components: [{ name: "USt", percent: "16.000000", compound: false }] },
      { rateId: "b", taxCategory: "standard", validFrom: "2021-01-01", validTo: null, components: [{ name: "USt", percent: "19", compound: false }] },
    ],
  }; // prettier-ignore

  it("shows the newest rate first and keeps every rate", () => {
    const values = regionValues(region, "de-DE");
    expect(values.rates.map(({ components }) => components[0]?.percent)).toEqual(["19", "16"]);
    expect(faultsOf(regionFaults(values, "de-DE", WORDS))).toEqual({});
    expect(regionInput(values, "de-DE").rates?.map(({ rateId }) => rateId)).toEqual(["b", "a"]);
  });

  it.each([
    ["2020-06-30", undefined],
    ["2020-12-31", "a"],
    ["2021-01-01", "b"],
  ])("the rate on %s is %s", (day, rateId) => {
    expect(rateOn(region, day)?.rateId).toBe(rateId);
  });
});

describe("the form of a fee rule", () => {
  it("sends only what goes with its basis", () => {
    const values = {
      ...feeRuleValues(null, SETTING, "2026-01-01"),
      code: "A",
      name: "A",
      percent: "6,5",
      amounts: [{ currency: "EUR", amount: "x" }],
    };
    expect(faultsOf(feeRuleFaults(values, SETTING, WORDS))).toEqual({});
    expect(feeRuleInput(values, SETTING)).toMatchObject({ basis: "PERCENT", percent: "6.5", amounts: [] });
    const fixed = { ...values, basis: "FIXED" as const, amounts: [{ currency: "EUR", amount: "1.234,50" }] };
    expect(feeRuleInput(fixed, SETTING)).toMatchObject({
      percent: null,
      amounts: [{ currency: "EUR", amount: 123450 }],
    });
  });
});

describe("differencesBetween", () => {
  it("names every place that somebody else changed", () => {
    const before = { name: "A", tags: ["x"], address: { city: "Bonn" } };
    const now = { name: "B", tags: ["x", "y"], address: { city: "Köln" } };
    expect(differencesBetween(before, now)).toEqual([
      { path: "name", theirs: "B" },
      { path: "tags.1", theirs: "y" },
      { path: "address.city", theirs: "Köln" },
    ]);
    expect(differencesBetween(before, structuredClone(before))).toEqual([]);
  });
});

describe("where things lead", () => {
  const all = () => true;

  it("resolves link metadata to pages of this console, in either spelling", () => {
    const target = { targetDomain: "workexec", targetType: "workOrder", targetId: "w1" };
    expect(resolveLink(target, all)).toMatchObject({ params: { workOrderId: "w1" } });
    expect(resolveLink({ ...target, targetType: "WORK_ORDER" }, all)).toMatchObject({ params: { workOrderId: "w1" } });
  });

  it("has no link to what has no page, or is not for this person", () => {
    expect(resolveLink({ targetDomain: "workexec", targetType: "estimate", targetId: "e1" }, all)).toBeNull();
    expect(resolveLink({ targetDomain: "billing", targetType: "client", targetId: "c1" }, () => false)).toBeNull();
  });

  it("knows the place that cures a blocker", () => {
    const invoice = { customerAccountId: "c1", workOrderId: "w1" };
    expect(remedyOf("MISSING_BILLING_EMAIL", invoice)?.link).toMatchObject({ params: { clientId: "c1" } });
    expect(remedyOf("MISSING_APPROVAL", invoice)?.link).toMatchObject({ params: { workOrderId: "w1" } });
    expect(remedyOf("MISSING_APPROVAL", { ...invoice, workOrderId: null })).toBeNull();
    expect(remedyOf("SOMETHING_NEW", invoice)).toBeNull();
  });

  it("names the regions without a rate", () => {
    const line = { taxable: true, taxRegion: "US-WA" };
    const lines = [line, line, { ...line, taxRegion: "US-OR" }, { taxable: false, taxRegion: "US-ID" }];
    const taxBreakdown = [{ region: "US-OR", component: "Oregon" }];
    expect(untaxedRegions({ lines, taxBreakdown } as Parameters<typeof untaxedRegions>[0])).toEqual(["US-WA"]);
  });
});

describe("the state of a token", () => {
  const now = new Date("2026-06-01T00:00:00Z");

  it.each([
    [null, null, "active"],
    ["2026-06-01T00:00:00Z", null, "expired"],
    ["2027-01-01T00:00:00Z", null, "active"],
    ["2027-01-01T00:00:00Z", "2026-05-01T00:00:00Z", "revoked"],
  ])("expires %s, revoked %s: %s", (expiresAt, revokedAt, expected) => {
    expect(stateOf({ expiresAt, revokedAt }, now)).toBe(expected);
  });
});
