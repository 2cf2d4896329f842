import { useT } from "../i18n/language";
import { Badge, type Tone } from "../shell/Notice";

const TONES: Record<string, Tone> = { OPEN: "neutral", IN_PROGRESS: "info", COMPLETED: "good", CANCELLED: "bad" };

export function WorkOrderStatus({ status }: { status: string }) {
  const t = useT();
  return <Badge tone={TONES[status] ?? "warn"}>{t.code("workOrderStatus", status) ?? status}</Badge>;
}

/** Whether the work-execution system has released the work for invoicing. */
export function InvoiceReady({ isReady }: { isReady: boolean }) {
  const t = useT();
  return isReady ? <Badge tone="good">{t("workOrders.ready")}</Badge> : null;
}
