import { Trans, useLingui } from "@lingui/react/macro";
import { Trash2 } from "lucide-react";
import { deletionsList } from "../../api/endpoints.gen.ts";
import { useRead } from "../../api/use-read.ts";
import { Guarded } from "../../design/panel.tsx";
import { Sheet } from "../../design/sheet.tsx";
import { Empty, Loading } from "../../design/states.tsx";
import { Reading } from "../../shell/reading.tsx";
import { DeletionItem } from "./deletion-item.tsx";

/** How often the list is read while it is looked at, in ms. */
const EVERY_MS = 10_000;

/** What was deleted and can be brought back. */
export function DeletionsSheet({ onClose }: { onClose(): void }) {
  const { t } = useLingui();
  return (
    <Sheet
      open
      onClose={onClose}
      title={t`Recently deleted`}
      description={t`Apps and routes are kept for 30 days after they were deleted, and return as they were.`}
    >
      <Guarded>
        <Deletions />
      </Guarded>
    </Sheet>
  );
}

function Deletions() {
  const { t } = useLingui();
  const read = useRead(deletionsList, {}, { every: EVERY_MS });
  return (
    <Reading read={read} loading={<Loading />}>
      {(deletions) =>
        deletions.length === 0 ? (
          <Empty icon={<Trash2 />} title={t`Nothing was deleted in the last 30 days`}>
            <Trans>What you delete from the list waits here, in case you want it back.</Trans>
          </Empty>
        ) : (
          <ul className="divide-y divide-line">
            {deletions.map((deletion) => (
              <DeletionItem key={deletion.id} deletion={deletion} />
            ))}
          </ul>
        )
      }
    </Reading>
  );
}
