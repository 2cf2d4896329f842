import { VisuallyHidden } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useT } from "../i18n/language";
import type { Column } from "../list/DataTable";
import { ListPage } from "../list/ListPage";
import { RowLink } from "../list/RowLink";
import { useFilters } from "../list/useFilters";
import { useFormats } from "../session/locale";
import { useMay } from "../session/session";
import { InvoiceFilters } from "./InvoiceFilters";
import { InvoiceStatus } from "./InvoiceStatus";
import { IssueMany } from "./IssueMany";
import { invoicesQuery, type InvoiceRow } from "./queries";
import { SORTS } from "./search";

const route = getRouteApi("/inside/invoices");

export function InvoiceListPage() {
  const t = useT();
  const may = useMay();
  const search = route.useSearch();
  const filters = useFilters(search);
  const list = useInfiniteQuery(invoicesQuery(search));
  const columns = useColumns();
  const [chosen, setChosen] = useState<string[]>([]);
  const sort = search.sort ?? "created";
  const direction = search.direction ?? "desc";
  const nameOf = (row: InvoiceRow) => row.invoiceNumber ?? row.reference ?? row.clientName;

  function draftName(invoiceId: string): string | undefined {
    const row = list.data?.pages.flatMap(({ items }) => items).find((item) => item.invoiceId === invoiceId);
    return row && `${row.reference ?? t("invoices.noNumber")} · ${row.clientName}`;
  }

  function sortBy(key: string): void {
    const wanted = SORTS.find((known) => known === key);
    filters.set({ sort: wanted, direction: sort === key && direction === "desc" ? "asc" : "desc" });
  }

  return (
    <ListPage
      title={t("invoices.title")}
      filters={<InvoiceFilters search={search} onChange={filters.set} />}
      isFiltered={filters.isFiltered}
      onClearFilters={filters.clear}
      banner={
        may("billing:invoice:issue") && <IssueMany chosen={chosen} nameOf={draftName} onStarted={() => setChosen([])} />
      }
      list={list}
      columns={columns}
      rowId={(row) => row.invoiceId}
      sorting={{ key: sort, descending: direction === "desc", onSort: sortBy }}
      selection={
        may("billing:invoice:issue")
          ? {
              chosen,
              onChoose: setChosen,
              canChoose: (row) => row.status === "DRAFT",
              name: nameOf,
            }
          : undefined
      }
      empty={{
        title: t("invoices.empty"),
        hint: t("invoices.emptyHint"),
        action: may("billing:workorder:view") && (
          <Link to="/work-orders" search={{ invoiceReady: true }}>
            {t("invoices.toWorkOrders")}
          </Link>
        ),
      }}
    />
  );
}

function useColumns(): Column<InvoiceRow>[] {
  const t = useT();
  const { money, date } = useFormats();
  return useMemo(
    () => [
      {
        id: "number",
        header: t("invoices.number"),
        sortKey: "number",
        cell: (row) => (
          <RowLink whole to="/invoices/$invoiceId" params={{ invoiceId: row.invoiceId }}>
            {row.invoiceNumber ?? t("invoices.noNumber")}
            {!row.invoiceNumber && <VisuallyHidden> {row.reference ?? row.clientName}</VisuallyHidden>}
          </RowLink>
        ),
      },
      { id: "client", header: t("invoices.client"), sortKey: "client", cell: (row) => row.clientName },
      { id: "reference", header: t("invoices.reference"), minor: true, cell: (row) => row.reference },
      { id: "status", header: t("invoices.status"), cell: (row) => <InvoiceStatus status={row.status} /> },
      { id: "date", header: t("invoices.date"), sortKey: "date", minor: true, cell: (row) => date(row.invoiceDate) },
      { id: "due", header: t("invoices.due"), minor: true, cell: (row) => date(row.dueDate) },
      {
        id: "total",
        header: t("invoices.total"),
        sortKey: "total",
        align: "end",
        cell: (row) => money(row.grandTotal, row.currency),
      },
    ],
    [t, money, date],
  );
}
