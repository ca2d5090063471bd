import type { TableSort } from "../../design/table.tsx";

const COLUMNS = ["app", "address", "access", "state"];

/** The order that the address names: `state`, or `-state` for downwards; by app when it names none. */
export function readOrder(text: string): TableSort {
  const desc = text.startsWith("-");
  const column = desc ? text.slice(1) : text;
  return COLUMNS.includes(column) ? { column, desc } : { column: "app" };
}

/** The order as it stands in the address; by app is nothing. */
export function writeOrder(order: TableSort | undefined): string {
  if (!order || (order.column === "app" && !order.desc)) return "";
  return order.desc ? `-${order.column}` : order.column;
}
