import { Trans, useLingui } from "@lingui/react/macro";
import { type ReactNode, useMemo } from "react";
import type { Failure } from "../../api/failure.ts";
import { type FailureText, useFailureText } from "../../api/failure-text.ts";
import type { FormError } from "../../design/form-errors.tsx";
import { TextLink } from "../../design/text-link.tsx";
import { type DraftField, fieldOf, type Taken } from "./approve-draft.ts";
import { Name } from "./use-decisions.tsx";

/** The element of a field, for the summary of errors. */
export const fieldId = (field: DraftField) => `approve-${field}`;

type ApproveErrors = {
  /** A failure that is not about single fields. */
  general: FailureText | undefined;
  atFields: Partial<Record<DraftField, ReactNode>>;
  /** The same list until the next attempt. */
  summary: readonly FormError[];
};

/**
 * Where what was refused is shown. What others have already is said while the person types; a refusal goes from its
 * field as soon as that is changed (`isCorrected`).
 */
export function useApproveErrors(
  failure: Failure | undefined,
  taken: Taken | undefined,
  isCorrected: (field: DraftField) => boolean,
): ApproveErrors {
  const { t } = useLingui();
  const text = useFailureText(failure);
  const refused = useMemo(() => refusalsIn(failure), [failure]);
  const summary = useMemo(() => {
    const names: Record<DraftField, string> = {
      name: t`Name`,
      id: t`Id`,
      icon: t`Icon`,
      group: t`Group`,
      description: t`Description`,
      tags: t`Tags`,
      port: t`Port`,
      path: t`Path`,
      host: t`Host name`,
      access: t`Who may open it`,
    };
    return refused.map(({ field, reason }) =>
      field ? { id: fieldId(field), text: `${names[field]}: ${reason}` } : { text: reason },
    );
  }, [refused, t]);

  const atFields: ApproveErrors["atFields"] = {};
  if (taken) atFields[taken.field] = <TakenText taken={taken} />;
  for (const { field, reason } of refused) if (field && !isCorrected(field)) atFields[field] ??= reason;
  return { general: refused.length === 0 ? text : undefined, atFields, summary };
}

function refusalsIn(failure: Failure | undefined): { field: DraftField | undefined; reason: string }[] {
  if (!failure) return [];
  if (failure.code === "INVALID_PORT" && failure.details.length === 0) {
    return [{ field: "port", reason: failure.message }];
  }
  return failure.details.map(({ path, reason }) => ({ field: fieldOf(path), reason: sentence(reason) }));
}

function sentence(reason: string): string {
  const text = reason.charAt(0).toLocaleUpperCase() + reason.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** Who has it already, with the way there. */
function TakenText({ taken: { field, route } }: { taken: Taken }) {
  const link = route && (
    <TextLink to="/apps/routes/$routeId" params={{ routeId: route.routeId }} target="_blank">
      <Name name={route.appName} />
    </TextLink>
  );
  const path = route?.pathBase ?? "";
  if (field === "id")
    return link ? (
      <Trans>The id belongs to {link}. Choose another one.</Trans>
    ) : (
      <Trans>The id belongs to another app. Choose another one.</Trans>
    );
  if (field === "host") return <Trans>The host name belongs to {link}. Choose another one.</Trans>;
  return (
    <Trans>
      The path overlaps <span className="font-mono break-all">{path}</span> of {link}. Choose another one.
    </Trans>
  );
}
