import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { BellOff, CheckCheck } from "lucide-react";
import { noticesList, noticesRead } from "../../api/endpoints.gen.ts";
import { useFailureText } from "../../api/failure-text.ts";
import { NEWEST_NOTICES, onNoticesRead } from "../../api/live-notices.ts";
import { useChange } from "../../api/use-change.ts";
import { useRead } from "../../api/use-read.ts";
import { Button } from "../../design/button.tsx";
import { ButtonLink } from "../../design/button-link.tsx";
import { Sheet } from "../../design/sheet.tsx";
import { Empty, FailureNote, Loading } from "../../design/states.tsx";
import { catchFocus } from "../catch-focus.ts";
import { Reading } from "../reading.tsx";
import { NoticeRow } from "./notice-row.tsx";

/** How often they are read while they are looked at and nobody tells of them, in ms. */
const EVERY_MS = 15_000;

/** What needs attention, for every browser of the person the same: what is read in one is read in all. */
export function NoticesSheet({ onClose }: { onClose(): void }) {
  const { t } = useLingui();
  const read = useRead(noticesList, NEWEST_NOTICES, { every: EVERY_MS });
  const newest = read.data?.notices[0]?.id;
  const change = useChange(noticesRead, {
    onDone: ({ data }, { body }) => onNoticesRead({ ids: [], ...body, unread: data.unread }),
  });
  const failure = useFailureText(change.failure);
  const unread = read.data?.unread ?? 0;

  async function markAll(): Promise<void> {
    // Only what was shown: what comes meanwhile stays unread.
    if (newest && (await change.run({ body: { upTo: newest } }))) catchFocus();
  }

  return (
    <Sheet
      open
      onClose={onClose}
      title={t`Notices`}
      description={
        read.data && <Plural value={unread} _0="Everything is read." one="# is unread." other="# are unread." />
      }
      footer={
        <>
          <ButtonLink to="/activity">
            <Trans>All activity</Trans>
          </ButtonLink>
          {unread > 0 && (
            <Button icon={<CheckCheck />} pending={change.isRunning} onClick={() => void markAll()}>
              <Trans>Mark all as read</Trans>
            </Button>
          )}
          <Button data-safe onClick={onClose}>
            <Trans>Close</Trans>
          </Button>
        </>
      }
    >
      {failure && (
        <div className="mb-3">
          <FailureNote failure={failure} />
        </div>
      )}
      <Reading read={read} loading={<Loading count={4} />}>
        {({ notices }) =>
          notices.length === 0 ? (
            <Empty icon={<BellOff />} title={t`There is no notice`}>
              <Trans>
                Apps that go down, jobs that fail, devices that ask to be let in, and what webhooks say will stand here.
              </Trans>
            </Empty>
          ) : (
            <ul className="divide-y divide-line">
              {notices.map((notice) => (
                <NoticeRow key={notice.id} notice={notice} />
              ))}
            </ul>
          )
        }
      </Reading>
    </Sheet>
  );
}
