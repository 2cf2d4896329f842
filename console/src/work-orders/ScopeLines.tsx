import { Table } from "@mantine/core";
import { useT } from "../i18n/language";
import { WideTable } from "../list/WideTable";
import styles from "../invoices/InvoicePage.module.css";
import { useFormats } from "../session/locale";
import type { WorkOrder } from "./queries";

type Snapshot = NonNullable<WorkOrder["snapshot"]>;
type Discount = NonNullable<Snapshot["lines"][number]["discounts"]>[number];

/** What may be billed for a work order, as it was reported; what it comes to is reckoned on the invoice. */
export function ScopeLines({ snapshot }: { snapshot: Snapshot }) {
  const t = useT();
  const { unitPrice, money, decimal, currency: own } = useFormats();
  const currency = snapshot.currency ?? own;
  const discountWords = ({ kind, value }: Discount) =>
    kind === "PERCENT" ? `−${decimal(value)} %` : `−${money(String(value), currency)}`;
  return (
    <WideTable minWidth={480} label={t("workOrders.lines")}>
      <Table className={`${styles.numbers} tabular`}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("lines.description")}</Table.Th>
            <Table.Th className={styles.figure}>{t("lines.quantity")}</Table.Th>
            <Table.Th className={styles.figure}>{t("lines.unitPrice")}</Table.Th>
            <Table.Th className={styles.figure}>{t("lines.discount")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {snapshot.lines.map((line) => (
            <Table.Tr key={line.lineId}>
              <Table.Td>
                {line.description}
                <span className={styles.note}>
                  {t.code("lineKind", line.kind) ?? line.kind}
                  {line.taxable ? line.taxRegion && ` · ${line.taxRegion}` : ` · ${t("lines.notTaxable")}`}
                </span>
              </Table.Td>
              <Table.Td className={styles.figure}>{decimal(line.quantity)}</Table.Td>
              <Table.Td className={styles.figure}>{unitPrice(String(line.unitPrice), currency)}</Table.Td>
              <Table.Td className={styles.figure}>{line.discounts?.map(discountWords).join(", ")}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </WideTable>
  );
}
