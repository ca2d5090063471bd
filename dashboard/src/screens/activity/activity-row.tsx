import { Trans, useLingui } from "@lingui/react/macro";
import { type ActivityEntry, placeOf } from "../../catalog/activity/entry.ts";
import { EntryIcon } from "../../catalog/activity/entry-icon.tsx";
import { Disclosure } from "../../design/disclosure.tsx";
import { TextLink } from "../../design/text-link.tsx";
import { TimeAgo } from "../../design/time-ago.tsx";
import { usePerson } from "../../shell/person.tsx";
import { dateTime } from "../../text/format.ts";

/** Longest details that are shown without being asked for, in characters. */
const SHORT = 200;

/** One entry of the feed: what happened, when, and where to see more. */
export function ActivityRow({ entry }: { entry: ActivityEntry }) {
  const { t } = useLingui();
  const { message, details, timestamp } = entry;
  const person = usePerson();
  const place = placeOf(entry, person.may);
  return (
    <li className="flex gap-3 py-3 first:pt-0 last:pb-0">
      <EntryIcon entry={entry} />
      <div className="min-w-0 flex-1 space-y-1">
        <p className="font-medium wrap-break-word">{message}</p>
        {details && details.length <= SHORT && (
          <p className="text-sm wrap-break-word whitespace-pre-line text-muted">{details}</p>
        )}
        {details && details.length > SHORT && (
          <Disclosure title={t`Details`}>
            <p className="text-sm wrap-break-word whitespace-pre-line">{details}</p>
          </Disclosure>
        )}
        <p className="flex flex-wrap items-center gap-x-3 text-sm text-muted">
          <span>
            {dateTime(timestamp)} · <TimeAgo at={timestamp} />
          </span>
          {place && (
            <TextLink {...place} className="inline-flex min-h-6 items-center pointer-coarse:min-h-11">
              <Trans>See more</Trans>
              <span className="sr-only"> {t`about: ${message}`}</span>
            </TextLink>
          )}
        </p>
      </div>
    </li>
  );
}
