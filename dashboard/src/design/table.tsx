import { useLingui } from "@lingui/react/macro";
import { type ColumnDef, type RowSelectionState, type SortingState, useTable } from "@tanstack/react-table";
import { type ReactNode, useMemo, useState } from "react";
import { matches } from "../text/search.ts";
import { TableBody } from "./table-body.tsx";
import { type Features, features, type TableColumn, type TableSort } from "./table-column.ts";
import { TableHead } from "./table-head.tsx";
import { compareValues } from "./table-rows.ts";

export type { TableColumn, TableSort } from "./table-column.ts";

type TableProps<Row> = {
  /** What the rows are: "Apps". */
  label: string;
  rows: readonly Row[];
  columns: readonly TableColumn<Row>[];
  rowId(row: Row): string;
  /** The words a row must contain. */
  filter?: string;
  /** What sorts at first; with `onSort`, what sorts now. */
  sort?: TableSort | undefined;
  /** Keeps what the person sorts by elsewhere, such as in the address. `undefined`: as the rows come. */
  onSort?(sort: TableSort | undefined): void;
  /** With it, rows have tick boxes. `rowName` names a row for them. */
  selection?: {
    selected: ReadonlySet<string>;
    onChange(selected: ReadonlySet<string>): void;
    rowName(row: Row): string;
  };
  /** Shown where there is no row, or where none matches. */
  empty: ReactNode;
};

/**
 * Rows and columns: sorted by its headers, filtered by words, with tick boxes where asked for. It scrolls with the page
 * (not inside a dialog), keeps its header in sight, draws only the rows near the window when there are many, and shows
 * rows as cards where it has little width.
 */
export function Table<Row extends object>({
  label,
  rows,
  columns,
  rowId,
  filter = "",
  sort,
  onSort,
  selection,
  empty,
}: TableProps<Row>) {
  const { i18n } = useLingui();
  const [own, setOwn] = useState(sort);
  const { column, desc = false } = (onSort ? sort : own) ?? {};
  const sorting = useMemo<SortingState>(() => (column === undefined ? [] : [{ id: column, desc }]), [column, desc]);
  const defs = useMemo(() => definitions(columns, i18n.locale), [columns, i18n.locale]);
  const shown = useMemo(() => {
    if (filter.trim() === "") return [...rows];
    return rows.filter((row) => matches(filter.trim(), columns.map(({ text }) => text?.(row) ?? "").join("\n")));
  }, [rows, columns, filter]);
  const rowSelection = useMemo<RowSelectionState>(
    () => Object.fromEntries([...(selection?.selected ?? [])].map((id) => [id, true as const])),
    [selection?.selected],
  );

  const table = useTable({
    features,
    columns: defs,
    data: shown,
    getRowId: rowId,
    enableMultiSort: false,
    state: { sorting, rowSelection },
    onSortingChange: (update) => {
      const [first] = typeof update === "function" ? update(sorting) : update;
      (onSort ?? setOwn)(first && { column: first.id, desc: first.desc });
    },
    onRowSelectionChange: (update) => {
      const next = typeof update === "function" ? update(rowSelection) : update;
      selection?.onChange(new Set(Object.keys(next).filter((id) => next[id])));
    },
  });

  if (shown.length === 0) return <>{empty}</>;
  return (
    <div className="@container">
      <table
        aria-label={label}
        aria-rowcount={shown.length + 1}
        className="block w-full border-separate border-spacing-0 text-left @2xl:table @2xl:table-fixed"
      >
        <TableHead table={table} columns={columns} selectable={selection !== undefined} label={label} />
        <TableBody table={table} columns={columns} rowName={selection?.rowName} />
      </table>
    </div>
  );
}

function definitions<Row extends object>(
  columns: readonly TableColumn<Row>[],
  locale: string,
): ColumnDef<Features, Row, unknown>[] {
  const collator = new Intl.Collator(locale, { numeric: true, sensitivity: "base" });
  return columns.map(({ id, sort }) => ({
    id,
    accessorFn: (row: Row) => sort?.(row),
    enableSorting: sort !== undefined,
    sortDescFirst: false,
    sortUndefined: "last",
    sortFn: (one, other, column) => compareValues(one.getValue(column), other.getValue(column), collator),
  }));
}
