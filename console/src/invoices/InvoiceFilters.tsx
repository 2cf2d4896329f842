import { useT } from "../i18n/language";
import { ClientFilter } from "../clients/ClientFilter";
import { ChoiceFilter, DateFilter, SearchFilter } from "../list/FilterFields";
import { KINDS, STATUSES, type InvoiceSearch } from "./search";

interface InvoiceFiltersProps {
  search: InvoiceSearch;
  onChange: (change: InvoiceSearch) => void;
}

export function InvoiceFilters({ search, onChange }: InvoiceFiltersProps) {
  const t = useT();
  return (
    <>
      <SearchFilter label={t("invoices.search")} value={search.text} onChange={(text) => onChange({ text })} />
      <ChoiceFilter
        label={t("invoices.status")}
        value={search.overdue ? "OVERDUE" : search.status}
        choices={[...STATUSES, "OVERDUE" as const].map((value) => ({
          value,
          label: value === "OVERDUE" ? t("invoiceFlag.OVERDUE") : t(`invoiceStatus.${value}`),
        }))}
        onChange={(value) =>
          onChange(value === "OVERDUE" ? { overdue: true, status: undefined } : { status: value, overdue: undefined })
        }
      />
      <ChoiceFilter
        label={t("invoices.kind")}
        value={search.kind}
        choices={KINDS.map((value) => ({ value, label: t(`invoiceKind.${value}`) }))}
        onChange={(kind) => onChange({ kind })}
      />
      <ClientFilter value={search.clientId} onChange={(clientId) => onChange({ clientId })} />
      <DateFilter
        prefix={t("list.from")}
        label={t("invoices.from")}
        value={search.dateFrom}
        onChange={(dateFrom) => onChange({ dateFrom })}
      />
      <DateFilter
        prefix={t("list.to")}
        label={t("invoices.to")}
        value={search.dateTo}
        onChange={(dateTo) => onChange({ dateTo })}
      />
    </>
  );
}
