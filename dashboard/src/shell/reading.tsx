import type { ReactNode } from "react";
import { useFailureText } from "../api/failure-text.ts";
import type { Read } from "../api/use-read.ts";
import { FailureNote, Stale } from "../design/states.tsx";

type ReadingProps<D> = {
  read: Read<D>;
  /** A sketch of what will stand here. */
  loading: ReactNode;
  children(data: D): ReactNode;
};

/** What was read. Before that a sketch, or why it could not be read; what could not be read anew says how old it is. */
export function Reading<D>({ read, loading, children }: ReadingProps<D>) {
  const { data, failure, isLoading, isRetrying, isStale, updatedAt, again } = read;
  const text = useFailureText(failure);
  if (data === undefined) {
    return isLoading ? loading : text && <FailureNote failure={text} onRetry={again} retrying={isRetrying} />;
  }
  return (
    <div className="space-y-3">
      {isStale && <Stale since={updatedAt} onRetry={again} retrying={isRetrying} />}
      {children(data)}
    </div>
  );
}
