import { infiniteQueryOptions, queryOptions, useQueryClient } from "@tanstack/react-query";
import { answer, fetchBlob, http, idempotent } from "../api/client";
import type { Wire } from "../api/wire";
import { keyset } from "../list/paging";
import type { Intent } from "../shell/ConfirmAction";
import type { InvoiceSearch } from "./search";

export type Invoice = Wire["InvoiceBody"];
export type InvoiceRow = Wire["InvoiceSummaryBody"];
export type Traceability = Wire["TraceabilityBody"];
export type IssueRun = Wire["IssueRunBody"];

export function invoicesQuery(search: InvoiceSearch) {
  return infiniteQueryOptions({
    queryKey: ["invoices", "list", search],
    queryFn: ({ pageParam }) =>
      answer(http.GET("/billing/invoices", { params: { query: { ...search, after: pageParam } } })),
    ...keyset,
  });
}

/** The newest few. */
export const latestInvoicesQuery = queryOptions({
  queryKey: ["invoices", "list", "latest"],
  queryFn: () => answer(http.GET("/billing/invoices", { params: { query: { limit: 6 } } })),
});

export function invoiceQuery(invoiceId: string) {
  return queryOptions({
    queryKey: ["invoices", "one", invoiceId],
    queryFn: () => answer(http.GET("/billing/invoices/{invoiceId}", path(invoiceId))),
  });
}

/** How many pages the document has. That of an issued invoice never changes; that of a draft is as it would be now. */
export function pageCountQuery(invoice: Invoice) {
  return queryOptions({
    queryKey: ["invoices", "pages", invoice.invoiceId, invoice.etag],
    queryFn: () => answer(http.GET("/billing/invoices/{invoiceId}/pages", path(invoice.invoiceId))),
    staleTime: staleTimeOf(invoice),
  });
}

export function pageQuery(invoice: Invoice, number: number) {
  return queryOptions({
    queryKey: ["invoices", "page", invoice.invoiceId, invoice.etag, number],
    queryFn: () => fetchBlob(`/billing/invoices/${invoice.invoiceId}/pages/${number}.svg`),
    staleTime: staleTimeOf(invoice),
  });
}

export function issueRunQuery(runId: string) {
  return queryOptions({
    queryKey: ["issue-runs", runId],
    queryFn: () => answer(http.GET("/billing/issue-runs/{runId}", { params: { path: { runId } } })),
    refetchInterval: ({ state }) => (state.data?.finishedAt ? false : 800),
  });
}

/** What can be done to invoices; each leaves the caches as the server has it now. */
export function useInvoiceActs() {
  const queries = useQueryClient();

  async function changed(call: Promise<Invoice>): Promise<Invoice> {
    const invoice = await call;
    queries.setQueryData(invoiceQuery(invoice.invoiceId).queryKey, invoice);
    forgetLists();
    return invoice;
  }

  function forgetLists(): void {
    void queries.invalidateQueries({ queryKey: ["invoices", "list"] });
    void queries.invalidateQueries({ queryKey: ["invoices", "of-work-order"] });
    void queries.invalidateQueries({ queryKey: ["overview"] });
    void queries.invalidateQueries({ queryKey: ["audit"] });
  }

  return {
    draft: (workOrderId: string, { idempotencyKey }: Intent) =>
      changed(
        answer(http.POST("/billing/invoices/draft", { body: { workOrderId }, headers: idempotent(idempotencyKey) })),
      ),
    issue: (invoiceId: string, { idempotencyKey }: Intent) =>
      changed(
        answer(
          http.POST("/billing/invoices/{invoiceId}/issue", {
            ...path(invoiceId),
            body: {},
            headers: idempotent(idempotencyKey),
          }),
        ),
      ),
    makeVoid: (invoiceId: string, { idempotencyKey, reason }: Intent) =>
      changed(
        answer(
          http.POST("/billing/invoices/{invoiceId}/void", {
            ...path(invoiceId),
            body: { reason },
            headers: idempotent(idempotencyKey),
          }),
        ),
      ),
    rebill: (invoiceId: string, { idempotencyKey }: Intent) =>
      changed(
        answer(
          http.POST("/billing/invoices/{invoiceId}/rebill", {
            ...path(invoiceId),
            headers: idempotent(idempotencyKey),
          }),
        ),
      ),
    discard: async (invoiceId: string) => {
      await answer(http.DELETE("/billing/invoices/{invoiceId}", path(invoiceId)));
      queries.removeQueries({ queryKey: invoiceQuery(invoiceId).queryKey });
      forgetLists();
    },
    issueMany: (invoiceIds: string[], { idempotencyKey }: Intent) =>
      answer(http.POST("/billing/issue-runs", { body: { invoiceIds }, headers: idempotent(idempotencyKey) })),
  };
}

function path(invoiceId: string) {
  return { params: { path: { invoiceId } } };
}

function staleTimeOf(invoice: Invoice): number {
  return invoice.status === "DRAFT" ? 0 : Infinity;
}
