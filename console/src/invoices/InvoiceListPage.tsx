import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { useT } from "../i18n/language";
import { ListPage } from "../list/ListPage";
import { useFilters } from "../list/useFilters";
import { useMay } from "../session/session";
import { InvoiceFilters } from "./InvoiceFilters";
import { useInvoiceColumns } from "./invoiceColumns";
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
  const columns = useInvoiceColumns();
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
