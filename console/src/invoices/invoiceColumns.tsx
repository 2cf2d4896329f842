import { VisuallyHidden } from "@mantine/core";
import { useMemo } from "react";
import { useT } from "../i18n/language";
import type { Column } from "../list/DataTable";
import { RowLink } from "../list/RowLink";
import { useFormats } from "../session/locale";
import { InvoiceStatus } from "./InvoiceStatus";
import type { InvoiceRow } from "./queries";

/** The columns of invoices in a list. */
export function useInvoiceColumns(): Column<InvoiceRow>[] {
  const t = useT();
  const { money, date } = useFormats();
  return useMemo(
    () => [
      {
        id: "number",
        header: t("invoices.number"),
        sortKey: "number",
        cell: (row) => (
          <RowLink whole to="/invoices/$invoiceId" params={{ invoiceId: row.invoiceId }}>
            {row.invoiceNumber ?? t("invoices.noNumber")}
            {!row.invoiceNumber && <VisuallyHidden> {row.reference ?? row.clientName}</VisuallyHidden>}
          </RowLink>
        ),
      },
      { id: "client", header: t("invoices.client"), sortKey: "client", cell: (row) => row.clientName },
      { id: "reference", header: t("invoices.reference"), minor: true, cell: (row) => row.reference },
      { id: "status", header: t("invoices.status"), cell: (row) => <InvoiceStatus status={row.status} /> },
      { id: "date", header: t("invoices.date"), sortKey: "date", minor: true, cell: (row) => date(row.invoiceDate) },
      { id: "due", header: t("invoices.due"), minor: true, cell: (row) => date(row.dueDate) },
      {
        id: "total",
        header: t("invoices.total"),
        sortKey: "total",
        align: "end",
        cell: (row) => money(row.grandTotal, row.currency),
      },
    ],
    [t, money, date],
  );
}
