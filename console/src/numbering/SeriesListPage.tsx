import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useT } from "../i18n/language";
import { DataTable, type Column } from "../list/DataTable";
import { RowLink } from "../list/RowLink";
import { ErrorNotice } from "../shell/ErrorNotice";
import { Page } from "../shell/Page";
import { seriesListQuery, type Series } from "./queries";

export function SeriesListPage() {
  const t = useT();
  const list = useQuery(seriesListQuery);
  const columns = useMemo(
    (): Column<Series>[] => [
      {
        id: "code",
        header: t("series.code"),
        cell: (row) => (
          <RowLink to="/number-series/$seriesId" params={{ seriesId: row.numberSeriesId }}>
            {t.code("seriesCode", row.code) ?? row.code}
          </RowLink>
        ),
      },
      { id: "pattern", header: t("series.pattern"), cell: (row) => <code>{row.pattern}</code> },
      { id: "reset", header: t("series.reset"), minor: true, cell: (row) => t(`reset.${row.reset}`) },
      { id: "next", header: t("series.next"), align: "end", cell: (row) => row.nextValue },
    ],
    [t],
  );
  return (
    <Page title={t("series.title")}>
      {list.isError ? (
        <ErrorNotice error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <DataTable
          label={t("series.title")}
          columns={columns}
          rows={list.data?.items ?? []}
          rowId={(row) => row.numberSeriesId}
          isPending={list.isPending}
        />
      )}
    </Page>
  );
}
