import { choiceIn, dateIn, flagIn, idIn, textIn, withoutUnset, type Search } from "../list/filters";

export const STATUSES = ["DRAFT", "ISSUED", "PAID", "VOID"] as const;
export const KINDS = ["INVOICE", "ORDER_RECORD", "CREDIT_NOTE"] as const;
export const DIRECTIONS = ["asc", "desc"] as const;
export const SORTS = ["created", "date", "number", "client", "total"] as const;

/** The filters and the order of the invoice list, out of the address. */
export function invoiceSearch(search: Search) {
  return withoutUnset({
    text: textIn(search, "text"),
    status: choiceIn(search, "status", STATUSES),
    kind: choiceIn(search, "kind", KINDS),
    clientId: idIn(search, "clientId"),
    dateFrom: dateIn(search, "dateFrom"),
    dateTo: dateIn(search, "dateTo"),
    overdue: flagIn(search, "overdue"),
    sort: choiceIn(search, "sort", SORTS),
    direction: choiceIn(search, "direction", DIRECTIONS),
  });
}

export type InvoiceSearch = ReturnType<typeof invoiceSearch>;
