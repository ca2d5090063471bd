import type { ReactNode } from "react";
import type { FailureText } from "../../api/failure-text.ts";
import { FailureNote } from "../../design/states.tsx";

/** What stands below a form, always in sight: why saving failed, what is to be said about it, and the buttons. */
export function SaveBar({
  failure,
  note,
  children,
}: {
  failure: FailureText | undefined;
  note: ReactNode;
  children: ReactNode;
}) {
  return (
    <div
      data-save-bar
      className="sticky bottom-[calc(3.5rem+env(safe-area-inset-bottom)+1px)] z-10 -mx-4 space-y-3 border-t border-line bg-surface px-4 py-3 md:bottom-4 md:mx-0 md:rounded-lg md:border md:px-pad md:shadow-md lg:mr-80 xl:mr-96"
    >
      {failure && <FailureNote failure={failure} />}
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <div className="min-w-0 text-sm text-muted max-sm:sr-only">{note}</div>
        <div className="flex flex-wrap gap-2 max-sm:w-full max-sm:*:flex-1">{children}</div>
      </div>
    </div>
  );
}
