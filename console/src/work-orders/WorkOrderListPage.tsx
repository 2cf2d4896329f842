import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Group } from "@mantine/core";
import { useMemo } from "react";
import { ClientFilter } from "../clients/ClientFilter";
import { useT } from "../i18n/language";
import type { Column } from "../list/DataTable";
import { ChoiceFilter, SearchFilter } from "../list/FilterFields";
import { ListPage } from "../list/ListPage";
import { RowLink } from "../list/RowLink";
import { useFilters } from "../list/useFilters";
import { useFormats } from "../session/locale";
import { workOrdersQuery, type WorkOrderRow } from "./queries";
import { WORK_ORDER_STATUSES } from "./search";
import { InvoiceReady, WorkOrderStatus } from "./WorkOrderStatus";

const route = getRouteApi("/inside/work-orders");

export function WorkOrderListPage() {
  const t = useT();
  const search = route.useSearch();
  const filters = useFilters(search);
  const list = useInfiniteQuery(workOrdersQuery(search));
  return (
    <ListPage
      title={t("workOrders.title")}
      filters={
        <>
          <SearchFilter label={t("workOrders.search")} value={search.text} onChange={(text) => filters.set({ text })} />
          <ChoiceFilter
            label={t("workOrders.status")}
            value={search.status}
            choices={WORK_ORDER_STATUSES.map((value) => ({ value, label: t(`workOrderStatus.${value}`) }))}
            onChange={(status) => filters.set({ status })}
          />
          <ChoiceFilter
            label={t("workOrders.release")}
            value={search.invoiceReady === undefined ? undefined : search.invoiceReady ? "yes" : "no"}
            choices={[
              { value: "yes", label: t("workOrders.ready") },
              { value: "no", label: t("workOrders.notReady") },
            ]}
            onChange={(value) => filters.set({ invoiceReady: value && value === "yes" })}
          />
          <ChoiceFilter
            label={t("workOrders.invoice")}
            value={search.invoiced === undefined ? undefined : search.invoiced ? "yes" : "no"}
            choices={[
              { value: "no", label: t("workOrders.notInvoiced") },
              { value: "yes", label: t("workOrders.invoiced") },
            ]}
            onChange={(value) => filters.set({ invoiced: value && value === "yes" })}
          />
          <ClientFilter value={search.clientId} onChange={(clientId) => filters.set({ clientId })} />
        </>
      }
      isFiltered={filters.isFiltered}
      onClearFilters={filters.clear}
      list={list}
      columns={useColumns()}
      rowId={(row) => row.workOrderId}
      empty={{ title: t("workOrders.empty"), hint: t("workOrders.emptyHint") }}
    />
  );
}

function useColumns(): Column<WorkOrderRow>[] {
  const t = useT();
  const { time } = useFormats();
  return useMemo(
    () => [
      {
        id: "reference",
        header: t("workOrders.reference"),
        cell: (row) => (
          <RowLink whole to="/work-orders/$workOrderId" params={{ workOrderId: row.workOrderId }}>
            {row.reference}
          </RowLink>
        ),
      },
      { id: "client", header: t("workOrders.client"), cell: (row) => row.clientName },
      { id: "vehicle", header: t("workOrders.vehicle"), minor: true, cell: (row) => row.vehicleLabel },
      { id: "location", header: t("workOrders.location"), minor: true, cell: (row) => row.locationName },
      {
        id: "status",
        header: t("workOrders.status"),
        cell: (row) => (
          <Group gap={6}>
            <WorkOrderStatus status={row.status} />
            <InvoiceReady isReady={row.invoiceReady} />
          </Group>
        ),
      },
      {
        id: "completed",
        header: t("workOrders.completedAt"),
        minor: true,
        cell: (row) => row.completedAt && time(row.completedAt),
      },
    ],
    [t, time],
  );
}
