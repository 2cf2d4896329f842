import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import { identity } from "./api/client";
import { isRefused } from "./api/refusal";
import { catalogSearch } from "./catalog/search";
import { clientSearch } from "./clients/search";
import { invoiceSearch } from "./invoices/search";
import { textSearch } from "./list/filters";
import { businessQuery, currenciesQuery } from "./session/locale";
import { sessionQuery } from "./session/session";
import { SignInPage } from "./session/SignInPage";
import { LostPage, RouteError } from "./shell/RouteError";
import { SignedInFrame } from "./shell/SignedInFrame";
import { feeRuleSearch } from "./tax/search";
import { workOrderSearch } from "./work-orders/search";

interface RouterContext {
  queries: QueryClient;
}

const root = createRootRouteWithContext<RouterContext>()({
  component: Outlet,
  errorComponent: RouteError,
  notFoundComponent: LostPage,
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  component: SignInPage,
  validateSearch: (search: Record<string, unknown>): { next?: string } =>
    // Only a path of our own: never a way to somebody else's page.
    typeof search.next === "string" && /^\/(?![/\\])/.test(search.next) ? { next: search.next } : {},
});

/** Everything that needs somebody signed in; what every page needs to know is fetched here, once. */
const inside = createRoute({
  getParentRoute: () => root,
  id: "inside",
  component: SignedInFrame,
  beforeLoad: async ({ context, location }) => {
    try {
      await context.queries.query({ ...sessionQuery, staleTime: "static" });
    } catch (error) {
      if (isRefused(error) && error.status === 401) {
        throw redirect({ to: "/sign-in", search: location.href === "/" ? {} : { next: location.href } });
      }
      throw error;
    }
  },
  loader: async ({ context: { queries } }) => {
    if (identity.tenant === null) return;
    await Promise.all([
      queries.query({ ...businessQuery, staleTime: "static" }),
      queries.query({ ...currenciesQuery, staleTime: "static" }),
    ]);
  },
});

const under = { getParentRoute: () => inside };

// prettier-ignore
const pages = [
  createRoute({ ...under, path: "/", component: lazyRouteComponent(() => import("./overview/OverviewPage"), "OverviewPage") }),
  createRoute({ ...under, path: "/invoices", validateSearch: invoiceSearch, component: lazyRouteComponent(() => import("./invoices/InvoiceListPage"), "InvoiceListPage") }),
  createRoute({ ...under, path: "/invoices/$invoiceId", component: lazyRouteComponent(() => import("./invoices/InvoicePage"), "InvoicePage") }),
  createRoute({ ...under, path: "/work-orders", validateSearch: workOrderSearch, component: lazyRouteComponent(() => import("./work-orders/WorkOrderListPage"), "WorkOrderListPage") }),
  createRoute({ ...under, path: "/work-orders/$workOrderId", component: lazyRouteComponent(() => import("./work-orders/WorkOrderPage"), "WorkOrderPage") }),
  createRoute({ ...under, path: "/clients", validateSearch: clientSearch, component: lazyRouteComponent(() => import("./clients/ClientListPage"), "ClientListPage") }),
  createRoute({ ...under, path: "/clients/$clientId", component: lazyRouteComponent(() => import("./clients/ClientPage"), "ClientPage") }),
  createRoute({ ...under, path: "/clients/$clientId/billing-rules", component: lazyRouteComponent(() => import("./billing-rules/BillingRulesPage"), "BillingRulesPage") }),
  createRoute({ ...under, path: "/services", validateSearch: catalogSearch, component: lazyRouteComponent(() => import("./catalog/ServiceListPage"), "ServiceListPage") }),
  createRoute({ ...under, path: "/services/$serviceId", component: lazyRouteComponent(() => import("./catalog/ServicePage"), "ServicePage") }),
  createRoute({ ...under, path: "/tax-regions", validateSearch: textSearch, component: lazyRouteComponent(() => import("./tax/RegionListPage"), "RegionListPage") }),
  createRoute({ ...under, path: "/tax-regions/$regionId", component: lazyRouteComponent(() => import("./tax/RegionPage"), "RegionPage") }),
  createRoute({ ...under, path: "/fee-rules", validateSearch: feeRuleSearch, component: lazyRouteComponent(() => import("./tax/FeeRuleListPage"), "FeeRuleListPage") }),
  createRoute({ ...under, path: "/fee-rules/$feeRuleId", component: lazyRouteComponent(() => import("./tax/FeeRulePage"), "FeeRulePage") }),
  createRoute({ ...under, path: "/number-series", component: lazyRouteComponent(() => import("./numbering/SeriesListPage"), "SeriesListPage") }),
  createRoute({ ...under, path: "/number-series/$seriesId", component: lazyRouteComponent(() => import("./numbering/SeriesPage"), "SeriesPage") }),
  createRoute({ ...under, path: "/settings", component: lazyRouteComponent(() => import("./settings/SettingsPage"), "SettingsPage") }),
  createRoute({ ...under, path: "/users", component: lazyRouteComponent(() => import("./people/PeoplePage"), "PeoplePage") }),
  createRoute({ ...under, path: "/tokens", component: lazyRouteComponent(() => import("./tokens/TokenListPage"), "TokenListPage") }),
] as const;

export function createConsoleRouter(queries: QueryClient) {
  return createRouter({
    routeTree: root.addChildren([signIn, inside.addChildren(pages)]),
    context: { queries },
    defaultPreload: "intent",
    scrollRestoration: true,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>;
  }
}
