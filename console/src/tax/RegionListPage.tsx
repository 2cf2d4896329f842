import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { NEW } from "../form/EntityGate";
import { useSpeech, useT } from "../i18n/language";
import type { Column } from "../list/DataTable";
import { SearchFilter } from "../list/FilterFields";
import { ListPage } from "../list/ListPage";
import { RowLink } from "../list/RowLink";
import { useFilters } from "../list/useFilters";
import { useFormats } from "../session/locale";
import { useMay } from "../session/session";
import { today } from "../session/today";
import { regionsQuery, type Region } from "./queries";
import { rateOn } from "./regionForm";

const route = getRouteApi("/inside/tax-regions");

export function RegionListPage() {
  const t = useT();
  const may = useMay();
  const search = route.useSearch();
  const filters = useFilters(search);
  const list = useInfiniteQuery(regionsQuery(search));
  const add = may("billing:tax:manage") && (
    <Button component={Link} to={`/tax-regions/${NEW}`}>
      {t("regions.add")}
    </Button>
  );
  return (
    <ListPage
      title={t("regions.title")}
      actions={add}
      filters={
        <SearchFilter label={t("regions.search")} value={search.text} onChange={(text) => filters.set({ text })} />
      }
      isFiltered={filters.isFiltered}
      onClearFilters={filters.clear}
      list={list}
      columns={useColumns()}
      rowId={(row) => row.taxRegionId}
      empty={{ title: t("regions.empty"), hint: t("regions.emptyHint"), action: add }}
    />
  );
}

function useColumns(): Column<Region>[] {
  const { t, language } = useSpeech();
  const { decimal, timeZone } = useFormats();
  return useMemo(() => {
    const countries = new Intl.DisplayNames(language, { type: "region" });
    const day = today(timeZone);
    const rateWords = (region: Region) => {
      const rate = rateOn(region, day);
      if (!rate) return t("regions.noRate");
      return rate.components.map(({ name, percent }) => `${name} ${decimal(percent)} %`).join(" + ");
    };
    return [
      {
        id: "code",
        header: t("regions.code"),
        cell: (row) => (
          <RowLink to="/tax-regions/$regionId" params={{ regionId: row.taxRegionId }}>
            {row.code}
          </RowLink>
        ),
      },
      { id: "name", header: t("regions.name"), cell: (row) => row.name },
      { id: "country", header: t("regions.country"), minor: true, cell: (row) => countries.of(row.country) },
      { id: "rate", header: t("regions.rateToday"), align: "end", cell: rateWords },
    ];
  }, [t, language, decimal, timeZone]);
}
