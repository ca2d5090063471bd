// biome-ignore-all lint/a11y/noRedundantRoles: a display other than "table" takes the meaning away in some browsers; the roles keep it
// biome-ignore-all lint/a11y/useSemanticElements: as above
import { useLingui } from "@lingui/react/macro";
import type { Column, ReactTable } from "@tanstack/react-table";
import { ArrowDown, ArrowUp, ChevronsUpDown } from "lucide-react";
import { TickBox } from "./checkbox.tsx";
import { classes } from "./classes.ts";
import { Select } from "./select.tsx";
import type { Features, TableColumn } from "./table-column.ts";

type TableHeadProps<Row extends object> = {
  table: ReactTable<Features, Row>;
  columns: readonly TableColumn<Row>[];
  selectable: boolean;
  label: string;
};

const cell =
  "border-b border-line bg-surface px-cell py-2 first:pl-pad last:pr-pad text-sm font-medium text-muted first:rounded-tl-lg last:rounded-tr-lg";

/** The names of the columns; where rows are cards, one line to sort and to select all. */
export function TableHead<Row extends object>({ table, columns, selectable, label }: TableHeadProps<Row>) {
  const { t } = useLingui();
  const all = selectable && (
    <TickBox
      aria-label={t`Select all rows`}
      checked={table.getIsAllRowsSelected()}
      mixed={table.getIsSomeRowsSelected() && !table.getIsAllRowsSelected()}
      onChange={(checked) => table.toggleAllRowsSelected(checked)}
    />
  );
  const sortable = columns.filter(({ sort }) => sort);
  const [sorting] = table.state.sorting;
  return (
    // A display other than "table" takes the meaning away in some browsers: the roles keep it.
    <thead role="rowgroup" className="block @2xl:sticky @2xl:top-0 @2xl:z-10 @2xl:table-header-group">
      {(selectable || sortable.length > 0) && (
        <tr role="row" className="flex items-center gap-3 border-b border-line px-pad py-2 @2xl:hidden">
          <th role="columnheader" className="flex w-full items-center gap-4 font-normal">
            {all}
            {sortable.length > 0 && (
              <Select
                aria-label={t`Sort ${label} by`}
                className="text-sm"
                value={sorting ? `${sorting.id} ${sorting.desc ? "down" : "up"}` : ""}
                onChange={(chosen) => {
                  const [id = "", way] = chosen.split(" ");
                  table.setSorting(id === "" ? [] : [{ id, desc: way === "down" }]);
                }}
                options={[
                  { value: "", label: t`Not sorted` },
                  ...sortable.flatMap(({ id, header }) => [
                    { value: `${id} up`, label: t`Sort: ${header}` },
                    { value: `${id} down`, label: t`Sort: ${header}, reversed` },
                  ]),
                ]}
              />
            )}
          </th>
        </tr>
      )}
      <tr role="row" aria-rowindex={1} className="hidden @2xl:table-row">
        {selectable && (
          <th role="columnheader" className={classes(cell, "w-12")}>
            {all}
          </th>
        )}
        {columns.map((column) => (
          <HeaderCell key={column.id} column={column} sorted={table.getColumn(column.id)} />
        ))}
      </tr>
    </thead>
  );
}

type HeaderCellProps<Row extends object> = {
  column: TableColumn<Row>;
  sorted: Column<Features, Row, unknown> | undefined;
};

const icons = { asc: ArrowUp, desc: ArrowDown, none: ChevronsUpDown };
const ways = { asc: "ascending", desc: "descending", none: "none" } as const;

function HeaderCell<Row extends object>({ column, sorted }: HeaderCellProps<Row>) {
  const way = sorted?.getIsSorted() || "none";
  const Icon = icons[way];
  const end = column.look === "end";
  return (
    <th
      role="columnheader"
      scope="col"
      aria-sort={column.sort ? ways[way] : undefined}
      style={column.width ? { width: column.width } : undefined}
      className={classes(cell, end && "text-right", column.look === "wide" && "w-2/5")}
    >
      {column.sort ? (
        <button
          type="button"
          onClick={() => sorted?.toggleSorting()}
          className={classes(
            "-mx-1.5 inline-flex min-h-6 max-w-full items-center gap-1 rounded-sm px-1.5 hover:text-text",
            end && "flex-row-reverse",
            way !== "none" && "text-text",
          )}
        >
          <span className="truncate">{column.header}</span>
          <Icon aria-hidden className={classes("size-3.5 shrink-0", way === "none" && "opacity-60")} />
        </button>
      ) : (
        <span className={column.look === "actions" ? "sr-only" : undefined}>{column.header}</span>
      )}
    </th>
  );
}
