import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { NEW } from "../form/EntityGate";
import { useT } from "../i18n/language";
import type { Column } from "../list/DataTable";
import { ChoiceFilter, SearchFilter } from "../list/FilterFields";
import { ListPage } from "../list/ListPage";
import { RowLink } from "../list/RowLink";
import { useFilters } from "../list/useFilters";
import { useFormats } from "../session/locale";
import { useMay } from "../session/session";
import { Badge } from "../shell/Notice";
import { feeRulesQuery, type FeeRule } from "./queries";

const route = getRouteApi("/inside/fee-rules");

export function FeeRuleListPage() {
  const t = useT();
  const may = useMay();
  const search = route.useSearch();
  const filters = useFilters(search);
  const list = useInfiniteQuery(feeRulesQuery(search));
  const add = may("billing:fee:manage") && (
    <Button component={Link} to={`/fee-rules/${NEW}`}>
      {t("fees.add")}
    </Button>
  );
  return (
    <ListPage
      title={t("fees.title")}
      actions={add}
      filters={
        <>
          <SearchFilter label={t("fees.search")} value={search.text} onChange={(text) => filters.set({ text })} />
          <ChoiceFilter
            label={t("fees.state")}
            value={search.active === undefined ? undefined : search.active ? "active" : "inactive"}
            choices={[
              { value: "active", label: t("common.active") },
              { value: "inactive", label: t("common.inactive") },
            ]}
            onChange={(state) => filters.set({ active: state && state === "active" })}
          />
        </>
      }
      isFiltered={filters.isFiltered}
      onClearFilters={filters.clear}
      list={list}
      columns={useColumns()}
      rowId={(row) => row.feeRuleId}
      empty={{ title: t("fees.empty"), hint: t("fees.emptyHint"), action: add }}
    />
  );
}

function useColumns(): Column<FeeRule>[] {
  const t = useT();
  const { decimal, money, date } = useFormats();
  return useMemo(() => {
    const charge = (rule: FeeRule) =>
      rule.basis === "PERCENT"
        ? `${decimal(rule.percent ?? "0")} %`
        : rule.amounts?.map(({ amount, currency }) => money(amount, currency)).join(" · ");
    return [
      {
        id: "code",
        header: t("fees.code"),
        cell: (row) => (
          <RowLink to="/fee-rules/$feeRuleId" params={{ feeRuleId: row.feeRuleId }}>
            {row.code}
          </RowLink>
        ),
      },
      { id: "name", header: t("fees.name"), cell: (row) => row.name },
      { id: "from", header: t("fees.validFrom"), minor: true, cell: (row) => date(row.validFrom) },
      { id: "to", header: t("fees.validTo"), minor: true, cell: (row) => row.validTo && date(row.validTo) },
      {
        id: "state",
        header: t("fees.state"),
        minor: true,
        cell: (row) => row.active === false && <Badge tone="neutral">{t("common.inactive")}</Badge>,
      },
      { id: "charge", header: t("fees.charge"), align: "end", cell: charge },
    ];
  }, [t, decimal, money, date]);
}
