import type { ReactNode } from "react";

/** A key on the keyboard, as printed on it. */
export function Kbd({ children }: { children: ReactNode }) {
  return (
    <kbd className="inline-flex min-w-6 items-center justify-center rounded-sm border border-line bg-sunken px-1.5 font-sans text-sm wrap-normal text-muted">
      {children}
    </kbd>
  );
}
