import { Trans, useLingui } from "@lingui/react/macro";
import type { RouteValues } from "./route-values.ts";

/** An entry of the form as a person reads it. */
export function ValueWords({ value }: { value: RouteValues[keyof RouteValues] }) {
  const { t } = useLingui();
  if (value === true) return t`On`;
  if (value === false) return t`Off`;
  const text = Array.isArray(value) ? value.join(", ") : value;
  if (!text) {
    return (
      <span className="text-muted">
        <Trans>Empty</Trans>
      </span>
    );
  }
  return <span className="line-clamp-4 break-words">{text}</span>;
}
