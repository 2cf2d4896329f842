import { useT } from "../i18n/language";
import { Badge, type Tone } from "../shell/Notice";

const TONES: Record<string, Tone> = { DRAFT: "neutral", ISSUED: "info", PAID: "good", VOID: "bad" };
const FLAG_TONES: Record<string, Tone> = { OVERDUE: "warn", PARTIALLY_PAID: "info" };

export function isKnownStatus(status: string): boolean {
  return status in TONES;
}

/** An invoice's status (BILL-DEC-001). One that this console does not know is said to be unknown, never guessed. */
export function InvoiceStatus({ status }: { status: string }) {
  const t = useT();
  return <Badge tone={TONES[status] ?? "warn"}>{t.code("invoiceStatus", status) ?? t("invoiceStatus.unknown")}</Badge>;
}

/** What is reckoned from dates and payments. */
export function InvoiceFlags({ flags }: { flags: string[] }) {
  const t = useT();
  return flags.map((flag) => (
    <Badge key={flag} tone={FLAG_TONES[flag] ?? "neutral"}>
      {t.code("invoiceFlag", flag) ?? flag}
    </Badge>
  ));
}
