import type { ReactNode } from "react";

type DataListProps = { items: readonly { label: ReactNode; value: ReactNode }[] };

/** Labels with their values, one under the other on phones. */
export function DataList({ items }: DataListProps) {
  return (
    <dl className="divide-y divide-line">
      {items.map(({ label, value }, index) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: the list of facts about a thing keeps its order
          key={index}
          className="grid items-baseline gap-x-4 gap-y-0.5 py-2 first:pt-0 last:pb-0 sm:grid-cols-[minmax(6rem,10rem)_minmax(0,1fr)]"
        >
          <dt className="text-sm text-muted">{label}</dt>
          <dd className="min-w-0">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
