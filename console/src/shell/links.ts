import type { LinkProps } from "@tanstack/react-router";
import type { Wire } from "../api/wire";
import type { Permission } from "../session/session";

export type LinkTarget = Wire["LinkBody"];

interface Route {
  link: (id: string) => LinkProps;
  permission: Permission;
}

/** The pages of this console by what they show. Whatever is not here has no page, and is shown to be copied. */
const ROUTES: Record<string, Route> = {
  "workexec/workOrder": {
    link: (workOrderId) => ({ to: "/work-orders/$workOrderId", params: { workOrderId } }),
    permission: "billing:workorder:view",
  },
  "billing/client": {
    link: (clientId) => ({ to: "/clients/$clientId", params: { clientId } }),
    permission: "billing:client:view",
  },
  "billing/invoice": {
    link: (invoiceId) => ({ to: "/invoices/$invoiceId", params: { invoiceId } }),
    permission: "billing:invoice:view",
  },
};

/** Where link metadata leads in this console (BILL-DEC-016), or null when there is no page or no permission for it. */
export function resolveLink(target: LinkTarget, may: (permission: Permission) => boolean): LinkProps | null {
  const route = ROUTES[`${target.targetDomain}/${camelCase(target.targetType)}`];
  return route && may(route.permission) ? route.link(target.targetId) : null;
}

/** Types are spelled `workOrder` by some routes and `WORK_ORDER` by others. */
function camelCase(type: string): string {
  if (type !== type.toUpperCase()) return type;
  return type.toLowerCase().replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
