import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answer, http } from "../api/client";
import { isRefused } from "../api/refusal";
import type { Wire } from "../api/wire";
import type { Invoice } from "../invoices/queries";
import { keyset } from "../list/paging";
import type { WorkOrderSearch } from "./search";

export type WorkOrder = Wire["WorkOrderBody"];
export type WorkOrderRow = Wire["WorkOrderRowBody"];

export function workOrdersQuery(search: WorkOrderSearch) {
  return infiniteQueryOptions({
    queryKey: ["work-orders", "list", search],
    queryFn: ({ pageParam }) =>
      answer(http.GET("/billing/work-orders", { params: { query: { ...search, after: pageParam } } })),
    ...keyset,
  });
}

export function workOrderQuery(workOrderId: string) {
  return queryOptions({
    queryKey: ["work-orders", "one", workOrderId],
    queryFn: () => answer(http.GET("/billing/work-orders/{workOrderId}", { params: { path: { workOrderId } } })),
  });
}

/** The invoice of a work order, or null while there is none. */
export function invoiceOfWorkOrderQuery(workOrderId: string) {
  return queryOptions({
    queryKey: ["invoices", "of-work-order", workOrderId],
    queryFn: async (): Promise<Invoice | null> => {
      try {
        const params = { path: { workOrderId } };
        return await answer(http.GET("/billing/invoices/by-workorder/{workOrderId}", { params }));
      } catch (error) {
        if (isRefused(error) && error.status === 404) return null;
        throw error;
      }
    },
  });
}
