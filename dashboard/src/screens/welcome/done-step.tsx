import { Plural, Trans } from "@lingui/react/macro";
import { appsList } from "../../api/endpoints.gen.ts";
import { useFailureText } from "../../api/failure-text.ts";
import { useRead } from "../../api/use-read.ts";
import { addressOf } from "../../catalog/app.ts";
import { AppPicture } from "../../catalog/app-picture.tsx";
import { FailureNote, Loading } from "../../design/states.tsx";
import { TextLink } from "../../design/text-link.tsx";
import type { StepId } from "./steps-model.ts";

/** So many apps show that they are there; Home has them all. */
const SHOWN = 6;

/** What there is now, and what was left for later. */
export function DoneStep({ skipped, titles }: { skipped: readonly StepId[]; titles: Record<StepId, string> }) {
  const { data, failure, isLoading, again } = useRead(appsList);
  const failureText = useFailureText(failure);
  return (
    <div className="space-y-5">
      {isLoading && <Loading shape="tiles" count={2} />}
      {!data && failureText && <FailureNote failure={failureText} onRetry={again} />}
      {data && (
        <>
          <p className="text-muted">
            <Plural
              value={data.length}
              _0="There are no apps yet. They come from Discovery, or from their address."
              one="# app is on Home, one click away. Try it:"
              other="# apps are on Home, one click away. Try one:"
            />
          </p>
          <ul className="grid gap-2.5 sm:grid-cols-2">
            {data.slice(0, SHOWN).map((app) => (
              <li key={app.id} className="min-w-0">
                <a
                  href={addressOf(app)}
                  className="flex items-center gap-3 rounded-lg border border-line p-3 hover:border-line-strong hover:bg-hover"
                >
                  <AppPicture app={app} />
                  <span className="min-w-0 truncate font-medium" title={app.name}>
                    {app.name}
                  </span>
                </a>
              </li>
            ))}
          </ul>
        </>
      )}
      {skipped.length > 0 && (
        <div>
          <p className="font-medium">
            <Trans>You left these for later</Trans>
          </p>
          <ul className="mt-1.5 list-disc space-y-1 pl-5">
            {skipped.map((id) => (
              <li key={id}>
                <TextLink to="/welcome" search={{ step: id } as never}>
                  {titles[id]}
                </TextLink>
              </li>
            ))}
          </ul>
          <p className="mt-1.5 text-sm text-muted">
            <Trans>The page About leads back to them.</Trans>
          </p>
        </div>
      )}
    </div>
  );
}
