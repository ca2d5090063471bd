import type { ReactNode } from "react";

/** Some parts under a small heading. */
export function Specimen({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="border-t border-line py-4 first:border-0 first:pt-0 last:pb-0">
      <h3 className="mb-2.5 text-sm text-muted">{name}</h3>
      {children}
    </div>
  );
}

/** Parts in a line that wraps. */
export function Line({ children }: { children: ReactNode }) {
  return <div className="flex flex-wrap items-center gap-3">{children}</div>;
}
