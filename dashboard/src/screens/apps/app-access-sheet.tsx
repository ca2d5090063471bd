import { Trans, useLingui } from "@lingui/react/macro";
import type { appAccess as contract } from "@nekzus/contract";
import { CircleCheck, CircleMinus } from "lucide-react";
import { useId, useState } from "react";
import type { z } from "zod";
import { whoCanOpen } from "../../api/endpoints.gen.ts";
import { useRead } from "../../api/use-read.ts";
import { Badge } from "../../design/badge.tsx";
import { Button } from "../../design/button.tsx";
import { Callout } from "../../design/callout.tsx";
import { Guarded } from "../../design/panel.tsx";
import { SearchInput } from "../../design/search-input.tsx";
import { Sheet } from "../../design/sheet.tsx";
import { Empty, Loading } from "../../design/states.tsx";
import { Reading } from "../../shell/reading.tsx";
import { matches } from "../../text/search.ts";

type Answer = z.output<(typeof contract.whoCanOpen.answers)[200]>;
type Decision = Answer["subjects"][number];

/** Who can open an app: everybody who is known, with what decides it. */
export function AppAccessSheet({ appId, name, onClose }: { appId: string; name: string; onClose(): void }) {
  const { t } = useLingui();
  return (
    <Sheet
      open
      onClose={onClose}
      title={t`Who can open ${name}?`}
      description={t`People, devices and API keys, judged as they are now.`}
      footer={
        <Button data-safe onClick={onClose}>
          <Trans>Close</Trans>
        </Button>
      }
    >
      <Guarded>
        <Decisions appId={appId} />
      </Guarded>
    </Sheet>
  );
}

function Decisions({ appId }: { appId: string }) {
  const { t } = useLingui();
  const read = useRead(whoCanOpen, { params: { appId } });
  const [words, setWords] = useState("");
  return (
    <Reading read={read} loading={<Loading count={4} />}>
      {({ everybody, routes, subjects }) => {
        const found = subjects.filter(({ name, owner, kind }) => matches(words, [name, owner ?? "", kind].join("\n")));
        const wanted = [...new Set(routes.flatMap(({ scopes }) => scopes))].join(" ");
        return (
          <div className="space-y-4">
            {everybody ? (
              <Callout tone="warn" title={<Trans>Everybody can open it, without signing in</Trans>} />
            ) : (
              <p className="text-sm text-muted">
                <Trans>
                  It takes <span className="font-mono">{wanted}</span>.
                </Trans>
              </p>
            )}
            <Bounds routes={routes} />
            <SearchInput value={words} onChange={setWords} label={t`Find a person, device or key`} />
            {found.length === 0 ? (
              <Empty title={t`Nobody by that name`} />
            ) : (
              <ul className="divide-y divide-line">
                {found.map((decision) => (
                  <DecisionRow key={decision.id} decision={decision} everybody={everybody} />
                ))}
              </ul>
            )}
          </div>
        );
      }}
    </Reading>
  );
}

/** What holds for everybody who is listed, route by route. */
function Bounds({ routes }: Pick<Answer, "routes">) {
  const bound = routes.filter(
    ({ allowNetworks, denyNetworks, maintenance }) => allowNetworks.length || denyNetworks.length || maintenance,
  );
  if (bound.length === 0) return null;
  return (
    <ul className="space-y-1 text-sm break-words text-muted">
      {bound.map(({ pathBase, allowNetworks, denyNetworks, maintenance }) => (
        <li key={pathBase}>
          {routes.length > 1 && <span className="font-mono">{pathBase} </span>}
          {maintenance && <Trans>It is being worked on: only administrators get through.</Trans>}{" "}
          {allowNetworks.length > 0 && (
            <Trans>
              Only from <span className="font-mono">{allowNetworks.join(", ")}</span>.
            </Trans>
          )}{" "}
          {denyNetworks.length > 0 && (
            <Trans>
              Never from <span className="font-mono">{denyNetworks.join(", ")}</span>.
            </Trans>
          )}
        </li>
      ))}
    </ul>
  );
}

function DecisionRow({ decision, everybody }: { decision: Decision; everybody: boolean }) {
  const { t } = useLingui();
  const id = useId();
  const { kind, name, owner, allowed, scopes, missing } = decision;
  const kinds = { user: t`person`, device: t`device`, apikey: t`API key` };
  const [held, lacks] = [scopes.join(" "), missing.join(" ")];
  return (
    <li className="flex items-start gap-3 py-3 first:pt-0 last:pb-0" aria-labelledby={id}>
      {allowed ? (
        <CircleCheck aria-hidden className="mt-0.5 size-5 shrink-0 text-good" />
      ) : (
        <CircleMinus aria-hidden className="mt-0.5 size-5 shrink-0 text-muted" />
      )}
      <div className="min-w-0">
        <p id={id} className="flex flex-wrap items-center gap-x-2 gap-y-1 font-medium">
          <span className="break-all">{name}</span>
          <Badge>{owner ? `${kinds[kind]}, ${owner}` : kinds[kind]}</Badge>
          {allowed ? <Trans>can open it</Trans> : <Trans>cannot open it</Trans>}
        </p>
        <p className="text-sm break-words text-muted">
          {everybody ? (
            <Trans>because everybody can</Trans>
          ) : allowed ? (
            <Trans>
              holds <span className="font-mono">{held}</span>
            </Trans>
          ) : (
            <Trans>
              lacks <span className="font-mono">{lacks}</span>
            </Trans>
          )}
        </p>
      </div>
    </li>
  );
}
