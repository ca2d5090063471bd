import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { iconOf, isDangerous, type Proposal, placeOf } from "../../catalog/proposal.ts";
import { AppIcon } from "../../design/app-icon.tsx";
import { Badge } from "../../design/badge.tsx";
import { TickBox } from "../../design/checkbox.tsx";
import { TextLink } from "../../design/text-link.tsx";

type ProposalRowProps = {
  proposal: Proposal;
  isTicked: boolean;
  disabled: boolean;
  onTick(isTicked: boolean): void;
};

/** A service that was found, to be ticked. What is dangerous cannot be: it has to be looked at by itself. */
export function ProposalRow({ proposal, isTicked, disabled, onTick }: ProposalRowProps) {
  const { t } = useLingui();
  const { id, suggestedApp, securityRemarks } = proposal;
  const easy = !isDangerous(proposal);
  const remarks = securityRemarks.filter(({ severity }) => severity !== "info");
  return (
    <li className="flex items-start gap-3 px-3.5 py-3">
      <TickBox
        id={`tick-${id}`}
        checked={isTicked}
        disabled={disabled || !easy}
        onChange={onTick}
        aria-describedby={`about-${id}`}
        className="mt-2.75"
      />
      <AppIcon id={suggestedApp.id} name={suggestedApp.name} icon={iconOf(proposal)} />
      <div className="min-w-0 flex-1">
        <label htmlFor={`tick-${id}`} className="line-clamp-2 font-medium wrap-anywhere">
          {suggestedApp.name || t`Without a name`}
        </label>
        <div id={`about-${id}`} className="text-sm text-muted">
          <p className="truncate font-mono" title={placeOf(proposal)}>
            {placeOf(proposal)}
          </p>
          {!easy && (
            <p className="mt-1 text-text">
              <Badge tone="bad">
                <Trans>Dangerous</Trans>
              </Badge>{" "}
              <Trans>
                This one needs a closer look.{" "}
                <TextLink to="/discovery" search={{ approve: id } as never}>
                  Read why and decide
                </TextLink>
              </Trans>
            </p>
          )}
          {easy && remarks.length > 0 && (
            <details className="mt-1 text-text">
              <summary className="pointer-coarse:py-2">
                <Plural value={remarks.length} one="# thing to know first" other="# things to know first" />
              </summary>
              <ul className="list-disc space-y-1 pt-1 pl-5">
                {remarks.map(({ code, message, advice }) => (
                  <li key={code + message} className="wrap-anywhere">
                    {message} {advice}
                  </li>
                ))}
              </ul>
            </details>
          )}
        </div>
      </div>
    </li>
  );
}
