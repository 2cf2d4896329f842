import { Button, Table } from "@mantine/core";
import { useState } from "react";
import { useT } from "../i18n/language";
import { WideTable } from "../list/WideTable";
import { useFormats } from "../session/locale";
import styles from "./InvoicePage.module.css";
import type { Invoice } from "./queries";

/** An invoice can have ten thousand lines; more than these are drawn when asked for. */
const SHOWN = 200;

export function InvoiceLines({ invoice }: { invoice: Invoice }) {
  const t = useT();
  const { money, unitPrice, decimal } = useFormats();
  const [isWhole, setWhole] = useState(false);
  const { lines, currency } = invoice;
  const hasDiscounts = lines.some(({ discount }) => discount !== 0);
  const shown = isWhole ? lines : lines.slice(0, SHOWN);
  return (
    <WideTable minWidth={520} label={t("invoices.lines")}>
      <Table className={`${styles.numbers} tabular`}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("lines.description")}</Table.Th>
            <Table.Th className={styles.figure}>{t("lines.quantity")}</Table.Th>
            <Table.Th className={styles.figure}>{t("lines.unitPrice")}</Table.Th>
            {hasDiscounts && <Table.Th className={styles.figure}>{t("lines.discount")}</Table.Th>}
            <Table.Th className={styles.figure}>{t("lines.tax")}</Table.Th>
            <Table.Th className={styles.figure}>{t("lines.net")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {shown.map((line) => (
            <Table.Tr key={line.position}>
              <Table.Td>
                {line.description}
                <span className={styles.note}>
                  {t.code("lineKind", line.kind) ?? line.kind}
                  {line.taxable ? line.taxRegion && ` · ${line.taxRegion}` : ` · ${t("lines.notTaxable")}`}
                </span>
              </Table.Td>
              <Table.Td className={styles.figure}>{decimal(line.quantity)}</Table.Td>
              <Table.Td className={styles.figure}>{unitPrice(String(line.unitPrice), currency)}</Table.Td>
              {hasDiscounts && (
                <Table.Td className={styles.figure}>
                  {line.discount === 0 ? "" : money(-line.discount, currency)}
                </Table.Td>
              )}
              <Table.Td className={styles.figure}>{money(line.tax, currency)}</Table.Td>
              <Table.Td className={styles.figure}>{money(line.net, currency)}</Table.Td>
            </Table.Tr>
          ))}
          {invoice.feeBreakdown.map((fee) => (
            <Table.Tr key={fee.code}>
              <Table.Td>
                {fee.name}
                <span className={styles.note}>
                  {t("lineKind.FEE")}
                  {fee.percent !== null && ` · ${decimal(fee.percent)} %`}
                  {fee.capped && ` · ${t("totals.capped")}`}
                </span>
              </Table.Td>
              <Table.Td className={styles.figure}>{decimal(1)}</Table.Td>
              <Table.Td className={styles.figure}>{money(fee.amount, currency)}</Table.Td>
              {hasDiscounts && <Table.Td />}
              <Table.Td className={styles.figure}>{money(fee.tax, currency)}</Table.Td>
              <Table.Td className={styles.figure}>{money(fee.net, currency)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {shown.length < lines.length && (
        <Button variant="subtle" size="xs" mt="xs" onClick={() => setWhole(true)}>
          {t("lines.all", { count: lines.length })}
        </Button>
      )}
    </WideTable>
  );
}
