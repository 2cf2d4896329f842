import { Fragment } from "react";
import { useT } from "../i18n/language";
import { useFormats } from "../session/locale";
import styles from "./InvoicePage.module.css";
import type { Invoice } from "./queries";

type TaxRow = Invoice["taxBreakdown"][number];

/**
 * From the subtotal to what is due, with every component of every tax on the way. Words and figures are those of the
 * document: net of tax, with the fees among the lines.
 */
export function InvoiceTotals({ invoice }: { invoice: Invoice }) {
  const t = useT();
  const { money, decimal } = useFormats();
  const amount = (minor: number) => money(minor, invoice.currency);

  function taxName(row: TaxRow): string {
    if (row.treatment !== "STANDARD") {
      const treatment = t.code("treatment", row.treatment) ?? row.treatment;
      return row.reason ? `${treatment} (${row.reason})` : treatment;
    }
    return `${row.component ?? t("totals.tax")} ${decimal(row.rate)} %`;
  }

  const taxes = invoice.taxBreakdown.filter((row) => row.treatment !== "EXEMPT" || row.reason !== "not taxable");
  const rows: [name: string, value: string, note?: string][] = [
    [t("totals.subtotal"), amount(invoice.printed.subtotal)],
    ...(invoice.printed.discountTotal === 0
      ? []
      : [[t("totals.discount"), amount(-invoice.printed.discountTotal)] as [string, string]]),
    ...taxes.map((row): [string, string, string] => [
      taxName(row),
      amount(row.amount),
      t("totals.onBase", { base: amount(row.base) }),
    ]),
  ];
  return (
    <dl className={`${styles.totals} tabular`} aria-label={t("totals.title")}>
      {rows.map(([name, value, note], place) => (
        <Fragment key={place}>
          <dt>
            {name} {note && <span className={styles.note}>{note}</span>}
          </dt>
          <dd>{value}</dd>
        </Fragment>
      ))}
      <dt className={styles.grand}>{t("totals.grand")}</dt>
      <dd className={styles.grand}>{amount(invoice.grandTotal)}</dd>
      {invoice.balanceDue !== invoice.grandTotal && (
        <>
          <dt>{t("totals.balance")}</dt>
          <dd>{amount(invoice.balanceDue)}</dd>
        </>
      )}
    </dl>
  );
}
