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
import { useFormats } from "../session/locale";
import { useMay } from "../session/session";
import { Badge } from "../shell/Notice";
import { servicesQuery, type Service } from "./queries";
import { SERVICE_KINDS } from "./search";

const route = getRouteApi("/inside/services");

export function ServiceListPage() {
  const t = useT();
  const may = useMay();
  const search = route.useSearch();
  const filters = useFilters(search);
  const list = useInfiniteQuery(servicesQuery(search));
  const add = may("billing:catalog:manage") && (
    <Button component={Link} to={`/services/${NEW}`}>
      {t("services.add")}
    </Button>
  );
  return (
    <ListPage
      title={t("services.title")}
      actions={add}
      filters={
        <>
          <SearchFilter label={t("services.search")} value={search.text} onChange={(text) => filters.set({ text })} />
          <ChoiceFilter
            label={t("services.kind")}
            value={search.kind}
            choices={SERVICE_KINDS.map((value) => ({ value, label: t(`lineKind.${value}`) }))}
            onChange={(kind) => filters.set({ kind })}
          />
          <ChoiceFilter
            label={t("services.state")}
            value={search.active === undefined ? undefined : search.active ? "active" : "inactive"}
            choices={[
              { value: "active", label: t("common.active") },
              { value: "inactive", label: t("common.inactive") },
            ]}
            onChange={(state) => filters.set({ active: state && state === "active" })}
          />
        </>
      }
      isFiltered={filters.isFiltered}
      onClearFilters={filters.clear}
      list={list}
      columns={useColumns()}
      rowId={(row) => row.serviceId}
      empty={{ title: t("services.empty"), hint: t("services.emptyHint"), action: add }}
    />
  );
}

function useColumns(): Column<Service>[] {
  const t = useT();
  const { unitPrice } = useFormats();
  return useMemo(
    () => [
      {
        id: "name",
        header: t("services.name"),
        cell: (row) => (
          <RowLink to="/services/$serviceId" params={{ serviceId: row.serviceId }}>
            {row.name}
          </RowLink>
        ),
      },
      { id: "code", header: t("services.code"), minor: true, cell: (row) => row.code },
      { id: "kind", header: t("services.kind"), cell: (row) => t(`lineKind.${row.kind}`) },
      {
        id: "state",
        header: t("services.state"),
        minor: true,
        cell: (row) => row.active === false && <Badge tone="neutral">{t("common.inactive")}</Badge>,
      },
      { id: "unit", header: t("services.unit"), minor: true, cell: (row) => row.unit },
      {
        id: "price",
        header: t("services.price"),
        align: "end",
        cell: (row) => row.prices?.map((price) => unitPrice(String(price.unitPrice), price.currency)).join(" · "),
      },
    ],
    [t, unitPrice],
  );
}
