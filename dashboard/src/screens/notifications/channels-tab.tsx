import { Trans, useLingui } from "@lingui/react/macro";
import { Plus, Radio } from "lucide-react";
import { Suspense } from "react";
import { channelsList } from "../../api/endpoints.gen.ts";
import { lazyPart } from "../../api/load-part.ts";
import { useRead } from "../../api/use-read.ts";
import { Button } from "../../design/button.tsx";
import { Guarded, Panel } from "../../design/panel.tsx";
import { Empty, Loading } from "../../design/states.tsx";
import { Reading } from "../../shell/reading.tsx";
import { useAddressState } from "../../shell/use-address-state.ts";
import { ChannelRow } from "./channel-row.tsx";

/** How often the list is read while it is looked at, in ms. */
const EVERY_MS = 30_000;
const NEW = "new";

const ChannelSheet = lazyPart(() => import("./channel-sheet.tsx").then((part) => part.ChannelSheet));

/** The ways on which messages leave the gateway. */
export function ChannelsTab() {
  const { t } = useLingui();
  const read = useRead(channelsList, {}, { every: EVERY_MS });
  const [edited, setEdited] = useAddressState("channel");
  const channel = read.data?.find(({ id }) => id === edited);
  return (
    <Panel
      title={t`Where messages go`}
      description={t`Passwords, tokens and the addresses of webhooks are only written, never shown.`}
      actions={
        <Button rank="primary" icon={<Plus />} onClick={() => setEdited(NEW, "step")}>
          <Trans>Add a channel</Trans>
        </Button>
      }
    >
      <Reading read={read} loading={<Loading count={2} />}>
        {(channels) =>
          channels.length === 0 ? (
            <Empty icon={<Radio />} title={t`There is no channel`}>
              <Trans>Add mail, or a chat service, to be told what happens.</Trans>
            </Empty>
          ) : (
            <ul className="divide-y divide-line">
              {channels.map((one) => (
                <ChannelRow key={one.id} channel={one} onEdit={() => setEdited(one.id, "step")} />
              ))}
            </ul>
          )
        }
      </Reading>
      {(edited === NEW || channel) && (
        <Guarded>
          <Suspense>
            <ChannelSheet key={edited} channel={channel} onClose={() => setEdited("")} />
          </Suspense>
        </Guarded>
      )}
    </Panel>
  );
}
