import { Trans, useLingui } from "@lingui/react/macro";
import { Check, Copy, PackageSearch } from "lucide-react";
import { Button } from "../../design/button.tsx";
import { ButtonLink } from "../../design/button-link.tsx";
import { useCopy } from "../../design/use-copy.ts";

/** What makes a container appear, as it stands in a Compose file. */
const EXAMPLE = `labels:
  nekzus.enable: "true"
  nekzus.app.name: Grafana
  nekzus.primary_port: "3000"`;

/** Nothing waits: says how a container comes to be proposed, with an example to copy. */
export function HowToLabel() {
  const { t } = useLingui();
  const { outcome, copy } = useCopy();
  return (
    <div className="mx-auto max-w-xl px-4 py-8">
      <div className="mb-5 flex flex-col items-center text-center">
        <span aria-hidden className="mb-3 rounded-lg border border-line bg-sunken p-2.5 text-muted">
          <PackageSearch className="size-5" />
        </span>
        <p className="font-medium">
          <Trans>Nothing waits for a decision</Trans>
        </p>
        <p className="mt-1 text-sm text-muted">
          <Trans>
            A container appears here when its labels ask for it. Add these to its Compose file and start it anew:
          </Trans>
        </p>
      </div>
      <div className="rounded-lg border border-line bg-sunken">
        <div className="flex items-center justify-between gap-3 border-b border-line py-1 pr-1 pl-3.5 text-sm text-muted">
          <span className="font-mono">compose.yaml</span>
          <Button
            size="small"
            rank="quiet"
            icon={outcome === "copied" ? <Check /> : <Copy />}
            onClick={() => void copy(EXAMPLE)}
          >
            {outcome === "copied" ? <Trans>Copied</Trans> : <Trans>Copy</Trans>}
          </Button>
        </div>
        <section
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
          tabIndex={0}
          aria-label={t`Example of labels`}
          className="overflow-x-auto rounded-b-lg p-3.5"
        >
          <pre className="w-max font-mono text-sm">{EXAMPLE}</pre>
        </section>
      </div>
      <p role="status" className={outcome === "refused" ? "mt-2 text-sm text-bad" : "sr-only"}>
        {outcome === "copied" && t`Copied`}
        {outcome === "refused" && t`The browser does not allow copying here. Select the text and copy it by hand.`}
      </p>
      <ul className="mt-4 list-disc space-y-1 pl-5 text-sm text-muted">
        <li>
          <Trans>
            Only <code className="font-mono">nekzus.enable</code> is needed; name and port are found without the others.
          </Trans>
        </li>
        <li>
          <Trans>Nothing is served before you approve it here.</Trans>
        </li>
      </ul>
      <div className="mt-5 flex justify-center">
        <ButtonLink to="/apps/new">
          <Trans>Add an app by its address</Trans>
        </ButtonLink>
      </div>
    </div>
  );
}
