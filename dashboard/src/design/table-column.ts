import { createSortedRowModel, rowSelectionFeature, rowSortingFeature, tableFeatures } from "@tanstack/react-table";
import type { ReactNode } from "react";

/** One column. Make the list once, outside of the component or with `useMemo`. */
export type TableColumn<Row> = {
  id: string;
  header: string;
  cell(row: Row): ReactNode;
  /** What the rows are sorted by; `undefined` comes last. Without it the column cannot sort. */
  sort?(row: Row): string | number | undefined;
  /** What the filter looks through. */
  text?(row: Row): string;
  /** Says by itself what it is: where a row is a card, its header is only read out. */
  isPlain?: boolean;
  /** `wide` gets what the others leave, `end` is for numbers, `actions` for a menu or an icon button: its header is not shown. */
  look?: "wide" | "end" | "actions";
  /** A CSS length; columns without one share the room. */
  width?: string;
};

/** The column that sorts, and `desc` for downwards. */
export type TableSort = { column: string; desc?: boolean };

/** What this table can do; columns and rows are typed by it. */
export const features = tableFeatures({
  rowSortingFeature,
  rowSelectionFeature,
  sortedRowModel: createSortedRowModel(),
});

/** The features' type, for the parts of the table. */
export type Features = typeof features;
