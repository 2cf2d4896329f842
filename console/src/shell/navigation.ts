import {
  IconAddressBook,
  IconBuildingStore,
  IconFileInvoice,
  IconHash,
  IconKey,
  IconLayoutDashboard,
  IconPercentage,
  IconReceiptTax,
  IconTags,
  IconTool,
  IconUsers,
  type Icon,
} from "@tabler/icons-react";
import type { English } from "../i18n/en";
import type { Permission } from "../session/session";

interface Destination {
  to: string;
  label: keyof English & `nav.${string}`;
  icon: Icon;
  /** Without it the destination is not offered. */
  permission: Permission;
}

/** Everywhere one can go, in groups. A later page is one more row here. */
export const DESTINATIONS: { label: (keyof English & `nav.${string}`) | null; entries: Destination[] }[] = [
  {
    label: null,
    entries: [
      { to: "/", label: "nav.overview", icon: IconLayoutDashboard, permission: "billing:invoice:view" },
      { to: "/invoices", label: "nav.invoices", icon: IconFileInvoice, permission: "billing:invoice:view" },
      { to: "/work-orders", label: "nav.workOrders", icon: IconTool, permission: "billing:workorder:view" },
      { to: "/clients", label: "nav.clients", icon: IconAddressBook, permission: "billing:client:view" },
      { to: "/services", label: "nav.services", icon: IconTags, permission: "billing:catalog:view" },
    ],
  },
  {
    label: "nav.rules",
    entries: [
      { to: "/tax-regions", label: "nav.taxRegions", icon: IconReceiptTax, permission: "billing:tax:view" },
      { to: "/fee-rules", label: "nav.feeRules", icon: IconPercentage, permission: "billing:fee:view" },
      { to: "/number-series", label: "nav.numberSeries", icon: IconHash, permission: "billing:number-series:view" },
    ],
  },
  {
    label: "nav.business",
    entries: [
      { to: "/settings", label: "nav.settings", icon: IconBuildingStore, permission: "billing:settings:view" },
      { to: "/users", label: "nav.users", icon: IconUsers, permission: "billing:user:view" },
      { to: "/tokens", label: "nav.tokens", icon: IconKey, permission: "billing:token:view" },
    ],
  },
];
