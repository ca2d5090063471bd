import { Plural } from "@lingui/react/macro";
import { noticesList } from "../../api/endpoints.gen.ts";
import { NEWEST_NOTICES } from "../../api/live-notices.ts";
import { useRead } from "../../api/use-read.ts";
import { classes } from "../../design/classes.ts";
import { usePerson } from "../person.tsx";

/** How often notices are counted while the page is looked at and nobody tells of them, in ms. */
const EVERY_MS = 30_000;
/** The most that a round badge has room for. */
const MOST = 99;

/** How many notices the person has not read. `corner`: upon the icon instead of at the end of the line. */
export function UnreadCount({ corner }: { corner: boolean }) {
  const person = usePerson();
  const { data } = useRead(noticesList, NEWEST_NOTICES, { every: EVERY_MS, enabled: person.may("read:events") });
  if (!data) return null;
  const { unread } = data;
  return (
    <>
      <span className="sr-only">
        <Plural value={unread} _0="none unread" one="# unread" other="# unread" />
      </span>
      {unread > 0 && (
        <span
          aria-hidden
          className={classes(
            "min-w-6 rounded-full bg-accent px-1.5 text-center text-sm leading-6 font-medium text-on-accent",
            corner && "absolute top-0 right-0 min-w-5 leading-5",
          )}
        >
          {unread > MOST ? `${MOST}+` : unread}
        </span>
      )}
    </>
  );
}
