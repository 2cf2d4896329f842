import { Button, Text } from "@mantine/core";
import type { UseInfiniteQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useT } from "../i18n/language";
import { ErrorNotice } from "../shell/ErrorNotice";
import { Page } from "../shell/Page";
import { DataTable, type Column, type Selection, type Sorting } from "./DataTable";
import styles from "./ListPage.module.css";
import type { Pages } from "./paging";

interface ListPageProps<Row> {
  title: string;
  actions?: ReactNode;
  filters?: ReactNode;
  /** Above the table: what happens with the rows that are chosen. */
  banner?: ReactNode;
  list: UseInfiniteQueryResult<Pages<Row>>;
  columns: Column<Row>[];
  rowId: (row: Row) => string;
  sorting?: Sorting;
  selection?: Selection<Row>;
  /** Said when there is nothing; `isFiltered` tells whether filters are the reason. */
  isFiltered?: boolean;
  empty: { title: string; hint?: string; action?: ReactNode };
  onClearFilters?: () => void;
}

/** A list: filters, then rows, then the way to more of them. Loading, empty and failed look the same everywhere. */
export function ListPage<Row>(props: ListPageProps<Row>) {
  const { title, actions, filters, banner, list, empty, isFiltered, onClearFilters } = props;
  const t = useT();
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  const isEmpty = list.isSuccess && rows.length === 0;

  return (
    <Page title={title} actions={actions}>
      {filters && (
        <div className={styles.filters} role="search">
          {filters}
          {isFiltered && onClearFilters && (
            <Button variant="subtle" size="xs" color="gray" onClick={onClearFilters}>
              {t("list.clear")}
            </Button>
          )}
        </div>
      )}
      {banner}
      {list.isError && <ErrorNotice error={list.error} onRetry={() => void list.refetch()} />}
      {isEmpty && (
        <div className={styles.empty}>
          <Text fw={600}>{isFiltered ? t("list.noMatch") : empty.title}</Text>
          <Text size="sm" c="dimmed">
            {isFiltered ? t("list.noMatchHint") : empty.hint}
          </Text>
          {!isFiltered && empty.action}
        </div>
      )}
      {!isEmpty && (list.isPending || rows.length > 0) && (
        <DataTable
          label={title}
          columns={props.columns}
          rows={rows}
          rowId={props.rowId}
          sorting={props.sorting}
          selection={props.selection}
          isPending={list.isPending}
        />
      )}
      {rows.length > 0 && (
        <div className={styles.more}>
          <Text size="sm" c="dimmed" role="status">
            {t("list.shown", { count: rows.length })}
          </Text>
          {list.hasNextPage && (
            <Button
              variant="default"
              size="xs"
              loading={list.isFetchingNextPage}
              onClick={() => void list.fetchNextPage()}
            >
              {t("list.more")}
            </Button>
          )}
        </div>
      )}
    </Page>
  );
}
