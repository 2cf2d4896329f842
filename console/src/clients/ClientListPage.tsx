import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { NEW } from "../form/EntityGate";
import { useT } from "../i18n/language";
import type { Column } from "../list/DataTable";
import { ChoiceFilter, SearchFilter } from "../list/FilterFields";
import { ListPage } from "../list/ListPage";
import { RowLink } from "../list/RowLink";
import { useFilters } from "../list/useFilters";
import { useMay } from "../session/session";
import { Badge } from "../shell/Notice";
import { clientsQuery, type ClientRow } from "./queries";
import { CLIENT_KINDS } from "./search";

const route = getRouteApi("/inside/clients");

export function ClientListPage() {
  const t = useT();
  const may = useMay();
  const search = route.useSearch();
  const filters = useFilters(search);
  const list = useInfiniteQuery(clientsQuery(search));
  const add = may("billing:client:manage") && (
    <Button component={Link} to={`/clients/${NEW}`}>
      {t("clients.add")}
    </Button>
  );
  return (
    <ListPage
      title={t("clients.title")}
      actions={add}
      filters={
        <>
          <SearchFilter label={t("clients.search")} value={search.text} onChange={(text) => filters.set({ text })} />
          <ChoiceFilter
            label={t("clients.kind")}
            value={search.kind}
            choices={CLIENT_KINDS.map((value) => ({ value, label: t(`clientKind.${value}`) }))}
            onChange={(kind) => filters.set({ kind })}
          />
          <ChoiceFilter
            label={t("clients.state")}
            value={search.archived === undefined ? undefined : search.archived ? "archived" : "active"}
            choices={[
              { value: "active", label: t("clients.active") },
              { value: "archived", label: t("clients.archived") },
            ]}
            onChange={(state) => filters.set({ archived: state && state === "archived" })}
          />
        </>
      }
      isFiltered={filters.isFiltered}
      onClearFilters={filters.clear}
      list={list}
      columns={useColumns()}
      rowId={(row) => row.clientId}
      empty={{ title: t("clients.empty"), hint: t("clients.emptyHint"), action: add }}
    />
  );
}

function useColumns(): Column<ClientRow>[] {
  const t = useT();
  return useMemo(
    () => [
      {
        id: "name",
        header: t("clients.name"),
        cell: (row) => (
          <RowLink to="/clients/$clientId" params={{ clientId: row.clientId }}>
            {row.name}
          </RowLink>
        ),
      },
      { id: "reference", header: t("clients.reference"), minor: true, cell: (row) => row.reference },
      { id: "kind", header: t("clients.kind"), cell: (row) => t(`clientKind.${row.kind}`) },
      { id: "email", header: t("clients.billingEmail"), minor: true, cell: (row) => row.billingEmail },
      {
        id: "treatment",
        header: t("clients.treatment"),
        minor: true,
        cell: (row) => t(`treatment.${row.taxTreatment}`),
      },
      {
        id: "state",
        header: t("clients.state"),
        cell: (row) => row.archived && <Badge tone="neutral">{t("clients.archived")}</Badge>,
      },
    ],
    [t],
  );
}
