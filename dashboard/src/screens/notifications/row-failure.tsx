import type { FailureText } from "../../api/failure-text.ts";

/** Why something that was asked of a row's button failed, within the row. */
export function RowFailure({ failure }: { failure: FailureText | undefined }) {
  if (!failure) return null;
  return (
    <p role="alert" className="text-sm font-medium text-bad">
      {failure.title}. {failure.wayOn}
    </p>
  );
}
