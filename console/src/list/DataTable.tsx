import { Checkbox, Skeleton, Table } from "@mantine/core";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import {
  createColumnHelper,
  rowSelectionFeature,
  tableFeatures,
  useTable,
  type RowSelectionState,
} from "@tanstack/react-table";
import { useMemo, type ReactNode } from "react";
import { useT } from "../i18n/language";
import styles from "./DataTable.module.css";

export interface Column<Row> {
  id: string;
  header: string;
  cell: (row: Row) => ReactNode;
  /** Figures stand at the end, under each other. */
  align?: "end";
  /** The server can sort by it, under this name. */
  sortKey?: string;
  /** Left out on narrow screens. */
  minor?: boolean;
}

export interface Sorting {
  key: string;
  descending: boolean;
  onSort: (key: string) => void;
}

export interface Selection<Row> {
  chosen: readonly string[];
  onChoose: (ids: string[]) => void;
  canChoose: (row: Row) => boolean;
  /** What one row is called, for its checkbox. */
  name: (row: Row) => string;
}

interface DataTableProps<Row> {
  label: string;
  columns: Column<Row>[];
  rows: readonly Row[];
  rowId: (row: Row) => string;
  sorting?: Sorting;
  selection?: Selection<Row>;
  /** Rows are still to come: draw their places. */
  isPending?: boolean;
}

const features = tableFeatures({ rowSelectionFeature });

/** A table of rows. Its first cell holds the row's link, whose target covers the whole row. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, columns, rows, rowId, sorting, selection, isPending } = props;
  const t = useT();
  const helper = useMemo(() => createColumnHelper<typeof features, Row & object>(), []);
  const defined = useMemo(
    () =>
      columns.map((column) =>
        helper.display({ id: column.id, header: column.header, cell: ({ row }) => column.cell(row.original) }),
      ),
    [columns, helper],
  );
  const chosen: RowSelectionState = Object.fromEntries((selection?.chosen ?? []).map((id) => [id, true]));
  const table = useTable({
    features,
    columns: defined,
    data: rows as readonly (Row & object)[],
    getRowId: rowId,
    state: { rowSelection: chosen },
    enableRowSelection: (row) => selection?.canChoose(row.original) ?? false,
    onRowSelectionChange: (change) => {
      const next = typeof change === "function" ? change(chosen) : change;
      selection?.onChoose(Object.keys(next));
    },
  });

  return (
    <Table.ScrollContainer minWidth={0} type="native" className={styles.frame}>
      <Table className={`${styles.table} tabular`} aria-label={label} aria-busy={isPending}>
        <Table.Thead>
          <Table.Tr>
            {selection && (
              <Table.Th className={styles.tick}>
                <Checkbox
                  size="xs"
                  aria-label={t("list.selectAll")}
                  disabled={!rows.some(selection.canChoose)}
                  checked={table.getIsAllRowsSelected()}
                  indeterminate={table.getIsSomeRowsSelected()}
                  onChange={table.getToggleAllRowsSelectedHandler()}
                />
              </Table.Th>
            )}
            {columns.map((column) => (
              <Heading key={column.id} column={column} sorting={sorting} />
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {isPending && rows.length === 0 && <Places columns={columns.length + (selection ? 1 : 0)} />}
          {table.getRowModel().rows.map((row) => (
            <Table.Tr key={row.id} className={styles.row} data-chosen={row.getIsSelected() || undefined}>
              {selection && (
                <Table.Td className={styles.tick}>
                  {row.getCanSelect() && (
                    <Checkbox
                      size="xs"
                      aria-label={t("list.select", { name: selection.name(row.original) })}
                      checked={row.getIsSelected()}
                      onChange={row.getToggleSelectedHandler()}
                    />
                  )}
                </Table.Td>
              )}
              {columns.map((column) => (
                <Table.Td key={column.id} ta={column.align} visibleFrom={column.minor ? "sm" : undefined}>
                  {column.cell(row.original)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Heading<Row>({ column, sorting }: { column: Column<Row>; sorting: Sorting | undefined }) {
  const { header, align, sortKey, minor } = column;
  const visibleFrom = minor ? "sm" : undefined;
  if (!sorting || !sortKey) {
    return (
      <Table.Th ta={align} visibleFrom={visibleFrom}>
        {header}
      </Table.Th>
    );
  }
  const isSorted = sorting.key === sortKey;
  const Arrow = sorting.descending ? IconArrowDown : IconArrowUp;
  const order = sorting.descending ? "descending" : "ascending";
  return (
    <Table.Th ta={align} visibleFrom={visibleFrom} aria-sort={isSorted ? order : "none"}>
      <button type="button" className={styles.sort} onClick={() => sorting.onSort(sortKey)}>
        {header}
        {isSorted && <Arrow size={13} aria-hidden />}
      </button>
    </Table.Th>
  );
}

function Places({ columns }: { columns: number }) {
  return Array.from({ length: 6 }, (_, place) => (
    <Table.Tr key={place} aria-hidden>
      <Table.Td colSpan={columns}>
        <Skeleton height={14} my={4} width={`${90 - ((place * 17) % 40)}%`} />
      </Table.Td>
    </Table.Tr>
  ));
}
