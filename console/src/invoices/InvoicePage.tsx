import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useT } from "../i18n/language";
import { useFormats } from "../session/locale";
import { useMay } from "../session/session";
import { History } from "../shell/History";
import { Notice } from "../shell/Notice";
import { Facts, Page, PendingPage, Section } from "../shell/Page";
import { InvoiceActions } from "./InvoiceActions";
import { InvoiceBlockers } from "./InvoiceBlockers";
import { InvoiceLines } from "./InvoiceLines";
import styles from "./InvoicePage.module.css";
import { InvoiceFlags, InvoiceStatus, isKnownStatus } from "./InvoiceStatus";
import { InvoiceTotals } from "./InvoiceTotals";
import { RenderedPages } from "./RenderedPages";
import { TraceabilityPanel } from "./TraceabilityPanel";
import { invoiceQuery, type Invoice } from "./queries";

const route = getRouteApi("/inside/invoices/$invoiceId");

export function InvoicePage() {
  const { invoiceId } = route.useParams();
  const invoice = useQuery(invoiceQuery(invoiceId));
  if (!invoice.data) return <PendingPage error={invoice.error} onRetry={() => void invoice.refetch()} />;
  return <InvoiceDetail key={invoiceId} invoice={invoice.data} />;
}

function InvoiceDetail({ invoice }: { invoice: Invoice }) {
  const t = useT();
  const may = useMay();
  const sources = invoice.sources ?? [];
  return (
    <Page
      wide
      title={invoice.invoiceNumber ?? t("invoices.draftTitle", { of: invoice.reference ?? invoice.clientName })}
      parent={{ to: "/invoices", label: t("invoices.title") }}
      aside={
        <>
          <InvoiceStatus status={invoice.status} />
          <InvoiceFlags flags={invoice.flags} />
        </>
      }
      actions={<InvoiceActions invoice={invoice} />}
    >
      <div className={styles.columns}>
        <div className={styles.main}>
          {!isKnownStatus(invoice.status) && (
            <Notice tone="warn" title={t("invoiceStatus.unknown")}>
              {t("invoices.unknownStatus", { status: invoice.status })}
            </Notice>
          )}
          {invoice.issuanceBlockers.length > 0 && <InvoiceBlockers invoice={invoice} />}
          {invoice.voidReason && (
            <Notice tone="neutral" title={t("invoices.voidReason")}>
              {invoice.voidReason}
            </Notice>
          )}
          <Section title={t("invoices.details")}>
            <InvoiceFacts invoice={invoice} />
          </Section>
          <Section title={t("invoices.lines")}>
            <InvoiceLines invoice={invoice} />
            <InvoiceTotals invoice={invoice} />
          </Section>
          {sources.length > 0 && (
            <Section title={t("trace.title")}>
              {sources.map((source) => (
                <TraceabilityPanel key={source.sourceBillableScopeSnapshotId} trace={source} />
              ))}
            </Section>
          )}
          {may("billing:audit:view") && <History subjectId={invoice.invoiceId} />}
        </div>
        <div className={styles.aside}>
          <RenderedPages invoice={invoice} />
        </div>
      </div>
    </Page>
  );
}

function InvoiceFacts({ invoice }: { invoice: Invoice }) {
  const t = useT();
  const may = useMay();
  const { date, time, money } = useFormats();
  const client = may("billing:client:view") ? (
    <Link to="/clients/$clientId" params={{ clientId: invoice.customerAccountId }}>
      {invoice.clientName}
    </Link>
  ) : (
    invoice.clientName
  );
  const workOrder = invoice.workOrderId && may("billing:workorder:view") && (
    <Link to="/work-orders/$workOrderId" params={{ workOrderId: invoice.workOrderId }}>
      {invoice.reference ?? t("invoices.workOrder")}
    </Link>
  );
  const rebilled = invoice.rebillsInvoiceId && (
    <Link to="/invoices/$invoiceId" params={{ invoiceId: invoice.rebillsInvoiceId }}>
      {t("invoices.rebilledInvoice")}
    </Link>
  );
  return (
    <Facts
      facts={[
        [t("invoices.client"), client],
        [t("invoices.workOrder"), workOrder || invoice.reference],
        [t("invoices.date"), date(invoice.invoiceDate)],
        [t("invoices.due"), date(invoice.dueDate)],
        [t("invoices.total"), money(invoice.grandTotal, invoice.currency)],
        [t("invoices.balance"), money(invoice.balanceDue, invoice.currency)],
        [t("invoices.kind"), t.code("invoiceKind", invoice.kind) ?? invoice.kind],
        [t("invoices.issuedAt"), invoice.issuedAt && time(invoice.issuedAt)],
        [t("invoices.voidedAt"), invoice.voidedAt && time(invoice.voidedAt)],
        [t("invoices.rebills"), rebilled],
      ]}
    />
  );
}
