import { Button, Group, Skeleton, Text } from "@mantine/core";
import { IconFileInvoice } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { newIdempotencyKey } from "../api/client";
import { isRefused } from "../api/refusal";
import { useT } from "../i18n/language";
import { InvoiceStatus } from "../invoices/InvoiceStatus";
import { useInvoiceActs, type Invoice } from "../invoices/queries";
import { useFormats } from "../session/locale";
import { useMay } from "../session/session";
import { ErrorNotice } from "../shell/ErrorNotice";
import styles from "./DraftInvoice.module.css";
import { invoiceOfWorkOrderQuery, type WorkOrder } from "./queries";

/** The invoice of a work order; where there is none, the way to its draft (BILL-DEC-002). */
export function DraftInvoice({ workOrder }: { workOrder: WorkOrder }) {
  const may = useMay();
  const invoice = useQuery(invoiceOfWorkOrderQuery(workOrder.workOrderId));
  if (invoice.isPending) return <Skeleton height={66} radius={12} />;
  if (invoice.isError) return <ErrorNotice error={invoice.error} onRetry={() => void invoice.refetch()} />;
  if (invoice.data) return <Existing invoice={invoice.data} />;
  return may("billing:invoice:create-draft") ? <Create workOrder={workOrder} /> : null;
}

function Existing({ invoice }: { invoice: Invoice }) {
  const t = useT();
  const { money } = useFormats();
  return (
    <div className={styles.card}>
      <Group gap="sm">
        <IconFileInvoice size={20} aria-hidden />
        <Link to="/invoices/$invoiceId" params={{ invoiceId: invoice.invoiceId }} className={styles.link}>
          {invoice.invoiceNumber ? t("draft.invoice", { number: invoice.invoiceNumber }) : t("draft.draft")}
        </Link>
        <InvoiceStatus status={invoice.status} />
      </Group>
      <Text fw={600} className="tabular">
        {money(invoice.grandTotal, invoice.currency)}
      </Text>
    </div>
  );
}

function Create({ workOrder }: { workOrder: WorkOrder }) {
  const t = useT();
  const navigate = useNavigate();
  const { draft } = useInvoiceActs();
  const [idempotencyKey, setKey] = useState(newIdempotencyKey);
  const drafting = useMutation({
    mutationFn: () => draft(workOrder.workOrderId, { idempotencyKey, reason: "" }),
    onSuccess: ({ invoiceId }) => navigate({ to: "/invoices/$invoiceId", params: { invoiceId } }),
    // A refusal ends the intent; only a call without an answer may have taken effect and is repeated as it was.
    onError: (error) => isRefused(error) && setKey(newIdempotencyKey()),
  });
  const existingId = isRefused(drafting.error) ? drafting.error.body.existingId : null;
  return (
    <>
      <div className={styles.card}>
        <Text size="sm" c="dimmed">
          {t("draft.none")}
        </Text>
        <Button loading={drafting.isPending} onClick={() => drafting.mutate()}>
          {t("draft.create")}
        </Button>
      </div>
      {drafting.isError && (
        <ErrorNotice
          error={drafting.error}
          actions={
            existingId && (
              <Link to="/invoices/$invoiceId" params={{ invoiceId: existingId }}>
                {t("draft.toExisting")}
              </Link>
            )
          }
        />
      )}
    </>
  );
}
