import { choiceIn, flagIn, idIn, textIn, withoutUnset, type Search } from "../list/filters";

export const WORK_ORDER_STATUSES = ["OPEN", "IN_PROGRESS", "COMPLETED", "CANCELLED"] as const;

/** The filters of the work order list, out of the address. */
export function workOrderSearch(search: Search) {
  return withoutUnset({
    text: textIn(search, "text"),
    status: choiceIn(search, "status", WORK_ORDER_STATUSES),
    invoiceReady: flagIn(search, "invoiceReady"),
    invoiced: flagIn(search, "invoiced"),
    clientId: idIn(search, "clientId"),
  });
}

export type WorkOrderSearch = ReturnType<typeof workOrderSearch>;
