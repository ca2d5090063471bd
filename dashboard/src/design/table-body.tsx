// biome-ignore-all lint/a11y/noRedundantRoles: a display other than "table" takes the meaning away in some browsers; the roles keep it
import { useLingui } from "@lingui/react/macro";
import type { ReactTable, Row as TableRow } from "@tanstack/react-table";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { memo, type Ref, useLayoutEffect, useRef, useState } from "react";
import { TickBox } from "./checkbox.tsx";
import { classes } from "./classes.ts";
import type { Features, TableColumn } from "./table-column.ts";

/** From this many rows on, only those near the window are drawn. */
const MANY = 60;

type TableBodyProps<Row extends object> = {
  table: ReactTable<Features, Row>;
  columns: readonly TableColumn<Row>[];
  rowName?: ((row: Row) => string) | undefined;
};

/** The rows. */
export function TableBody<Row extends object>({ table, columns, rowName }: TableBodyProps<Row>) {
  const { rows } = table.getRowModel();
  const body = useRef<HTMLTableSectionElement>(null);
  const [scrollMargin, setScrollMargin] = useState(0);
  useLayoutEffect(() => {
    // Where the rows begin on the page; the sum does not change while it scrolls.
    const begin = (body.current?.getBoundingClientRect().top ?? 0) + window.scrollY;
    setScrollMargin(Math.round(begin));
  }, []);

  const many = rows.length > MANY;
  const virtual = useWindowVirtualizer({
    count: rows.length,
    enabled: many,
    estimateSize: () => 49,
    overscan: 12,
    scrollMargin,
    getItemKey: (index) => rows[index]?.id ?? index,
  });
  const items = virtual.getVirtualItems();
  const before = (items[0]?.start ?? scrollMargin) - scrollMargin;
  const after = virtual.getTotalSize() - ((items.at(-1)?.end ?? scrollMargin) - scrollMargin);
  const drawn = many ? items.map(({ index }) => index) : rows.map((_, index) => index);

  return (
    <tbody ref={body} role="rowgroup" className="block @2xl:table-row-group">
      {many && <Space height={before} columns={columns.length + 1} />}
      {drawn.map((index) => {
        const row = rows[index];
        return (
          row && (
            <BodyRow
              key={row.id}
              ref={many ? virtual.measureElement : undefined}
              row={row}
              selected={row.getIsSelected()}
              index={index}
              columns={columns}
              rowName={rowName}
            />
          )
        );
      })}
      {many && <Space height={after} columns={columns.length + 1} />}
    </tbody>
  );
}

/** Stands for the rows that are not drawn. */
function Space({ height, columns }: { height: number; columns: number }) {
  return (
    <tr aria-hidden className="block @2xl:table-row">
      <td colSpan={columns} className="block p-0 @2xl:table-cell" style={{ height: Math.max(height, 0) }} />
    </tr>
  );
}

type BodyRowProps<Row extends object> = {
  row: TableRow<Features, Row>;
  selected: boolean;
  index: number;
  columns: readonly TableColumn<Row>[];
  rowName?: ((row: Row) => string) | undefined;
  ref?: Ref<HTMLTableRowElement> | undefined;
};

const cell =
  "block min-w-0 @2xl:table-cell @2xl:h-row @2xl:border-b @2xl:border-line @2xl:px-cell @2xl:first:pl-pad @2xl:last:pr-pad @2xl:in-[tr:last-child]:border-b-0 @2xl:py-1.5 @2xl:align-middle";

/** While the page scrolls, only rows that come into sight are made. */
const BodyRow = memo(BodyRowContent) as typeof BodyRowContent;

function BodyRowContent<Row extends object>({ row, selected, index, columns, rowName, ref }: BodyRowProps<Row>) {
  const { t } = useLingui();
  const name = rowName?.(row.original);
  const hasActions = columns.some(({ look }) => look === "actions");
  return (
    <tr
      ref={ref}
      role="row"
      data-index={index}
      aria-rowindex={index + 2}
      aria-selected={rowName ? selected : undefined}
      className={classes(
        "relative block border-b border-line px-pad py-3 last:border-b-0 @2xl:table-row",
        selected ? "bg-accent-soft" : "@2xl:hover:bg-hover",
        rowName && "pl-13",
      )}
    >
      {rowName && (
        <td role="cell" className={classes(cell, "absolute top-4 left-pad @2xl:static")}>
          <TickBox
            aria-label={t`Select ${name}`}
            checked={selected}
            onChange={(checked) => row.toggleSelected(checked)}
            className="@2xl:align-middle"
          />
        </td>
      )}
      {columns.map((column, place) => (
        <td
          key={column.id}
          role="cell"
          className={classes(
            cell,
            column.look === "end" && "tabular-nums @2xl:text-right",
            // On a card, the corner beside its name.
            column.look === "actions" && "absolute top-1.5 right-1.5 @2xl:static @2xl:text-right",
            column.look !== "actions" && place > 0 && "flex items-baseline gap-3 py-0.5",
            place === 0 && "pb-1.5",
            place === 0 && hasActions && "pr-10",
          )}
        >
          {place > 0 && column.look !== "actions" && (
            <span
              className={classes(
                "@2xl:hidden",
                column.isPlain ? "sr-only" : "w-20 shrink-0 text-sm text-muted @sm:w-28",
              )}
            >
              {column.header}
            </span>
          )}
          {place > 0 ? <div className="min-w-0">{column.cell(row.original)}</div> : column.cell(row.original)}
        </td>
      ))}
    </tr>
  );
}
