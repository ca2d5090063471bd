import { Trans, useLingui } from "@lingui/react/macro";
import type { notices } from "@nekzus/contract";
import { Check } from "lucide-react";
import type { z } from "zod";
import { noticesRead } from "../../api/endpoints.gen.ts";
import { onNoticesRead } from "../../api/live-notices.ts";
import { useChange } from "../../api/use-change.ts";
import { placeOf } from "../../catalog/activity/entry.ts";
import { EntryIcon } from "../../catalog/activity/entry-icon.tsx";
import { classes } from "../../design/classes.ts";
import { IconButton } from "../../design/icon-button.tsx";
import { TextLink } from "../../design/text-link.tsx";
import { TimeAgo } from "../../design/time-ago.tsx";
import { usePerson } from "../person.tsx";

type Notice = z.output<typeof notices.Notice>;

/** One notice: what happened, when, where to see more, and a way to mark it as read. Going there reads it, too. */
export function NoticeRow({ notice }: { notice: Notice }) {
  const { t } = useLingui();
  const { id, message, details, timestamp, read } = notice;
  const person = usePerson();
  const place = placeOf(notice, person.may);
  const change = useChange(noticesRead, { onDone: ({ data }) => onNoticesRead({ ids: [id], unread: data.unread }) });
  const markRead = () => void change.run({ body: { ids: [id] } });
  return (
    <li className="flex gap-3 py-3 first:pt-0 last:pb-0">
      <EntryIcon entry={notice} />
      <div className="min-w-0 flex-1">
        <p className={classes("wrap-break-word", !read && "font-medium")}>
          {!read && (
            <>
              <span aria-hidden className="mr-1.5 inline-block size-2 rounded-full bg-accent align-[0.1em]" />
              <span className="sr-only">
                <Trans>Unread:</Trans>{" "}
              </span>
            </>
          )}
          {message}
        </p>
        {details && <p className="line-clamp-3 text-sm wrap-break-word whitespace-pre-line text-muted">{details}</p>}
        <p className="flex flex-wrap items-center gap-x-3 text-sm text-muted">
          <TimeAgo at={timestamp} />
          {place && (
            <TextLink
              {...place}
              onClick={read ? undefined : markRead}
              className="inline-flex min-h-6 items-center pointer-coarse:min-h-11"
            >
              {place.to === "/devices" ? (
                <Trans>Go to Devices</Trans>
              ) : place.to === "/webhooks" ? (
                <Trans>See the call</Trans>
              ) : (
                <Trans>See the app</Trans>
              )}
            </TextLink>
          )}
        </p>
        {change.failure && (
          <p role="alert" className="text-sm font-medium text-bad">
            <Trans>It could not be marked as read. Try again.</Trans>
          </p>
        )}
      </div>
      {read ? null : (
        <IconButton
          size="small"
          label={t`Mark as read: ${message}`}
          icon={<Check />}
          pending={change.isRunning}
          onClick={markRead}
        />
      )}
    </li>
  );
}
