import { Link, type LinkProps } from "@tanstack/react-router";
import { Fragment } from "react";
import type { Blocker } from "../api/refusal";
import { useT } from "../i18n/language";
import { useMay, type Permission } from "../session/session";
import { Badge, Notice } from "../shell/Notice";
import styles from "./InvoicePage.module.css";
import type { Invoice } from "./queries";

interface Remedy {
  link: LinkProps;
  label: "remedy.client" | "remedy.taxRegions" | "remedy.workOrder";
  permission: Permission;
}

/** The place that cures a blocker. Codes without one here are explained by their words alone. */
export function remedyOf(code: string, invoice: Pick<Invoice, "customerAccountId" | "workOrderId">): Remedy | null {
  switch (code) {
    case "MISSING_BILLING_EMAIL":
    case "MISSING_BILLING_ADDRESS":
      return {
        link: { to: "/clients/$clientId", params: { clientId: invoice.customerAccountId } },
        label: "remedy.client",
        permission: "billing:client:manage",
      };
    case "TAX_RATE_MISSING":
      return { link: { to: "/tax-regions" }, label: "remedy.taxRegions", permission: "billing:tax:view" };
    case "MISSING_APPROVAL":
    case "MISSING_ESTIMATE_VERSION":
    case "SCOPE_SUPERSEDED":
    case "WORK_ORDER_NOT_COMPLETED":
    case "WORK_ORDER_NOT_INVOICE_READY":
    case "CLIENT_SUPERSEDED":
      if (!invoice.workOrderId) return null;
      return {
        link: { to: "/work-orders/$workOrderId", params: { workOrderId: invoice.workOrderId } },
        label: "remedy.workOrder",
        permission: "billing:workorder:view",
      };
    default:
      return null;
  }
}

/** The tax regions of taxable lines for which no rate was found. */
export function untaxedRegions({ lines, taxBreakdown }: Pick<Invoice, "lines" | "taxBreakdown">): string[] {
  const taxed = new Set(taxBreakdown.filter(({ component }) => component !== null).map(({ region }) => region));
  const wanted = lines.filter(({ taxable, taxRegion }) => taxable && !taxed.has(taxRegion));
  return [...new Set(wanted.map(({ taxRegion }) => taxRegion ?? "–"))];
}

/** What still keeps a draft from being issued, how each is cured, and the way there (BILL-DEC-003). */
export function InvoiceBlockers({ invoice }: { invoice: Invoice }) {
  const t = useT();
  return (
    <Notice tone="warn" title={t("blockers.title", { count: invoice.issuanceBlockers.length })}>
      <ul className={styles.blockers}>
        {invoice.issuanceBlockers.map((blocker) => (
          <BlockerItem key={`${blocker.code} ${blocker.message}`} blocker={blocker} invoice={invoice} />
        ))}
      </ul>
    </Notice>
  );
}

function BlockerItem({ blocker, invoice }: { blocker: Blocker; invoice: Invoice }) {
  const t = useT();
  const may = useMay();
  const remedy = remedyOf(blocker.code, invoice);
  const places = blocker.code === "TAX_RATE_MISSING" ? untaxedRegions(invoice) : [];
  return (
    <li>
      <b>{t.code("blocker", blocker.code) ?? blocker.message}</b>{" "}
      {places.map((place) => (
        <Fragment key={place}>
          <Badge tone="neutral">{place}</Badge>{" "}
        </Fragment>
      ))}
      {t.code("hint", blocker.code)}{" "}
      {remedy && may(remedy.permission) && <Link {...remedy.link}>{t(remedy.label)}</Link>}
    </li>
  );
}
