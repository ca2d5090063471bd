import { Trans, useLingui } from "@lingui/react/macro";
import { KeyRound, Plus } from "lucide-react";
import { Suspense, useState } from "react";
import { apikeysList } from "../../api/endpoints.gen.ts";
import { lazyPart } from "../../api/load-part.ts";
import { useRead } from "../../api/use-read.ts";
import { Button } from "../../design/button.tsx";
import { Guarded, Panel } from "../../design/panel.tsx";
import { Empty, Loading } from "../../design/states.tsx";
import { Reading } from "../../shell/reading.tsx";
import { Screen } from "../../shell/screen.tsx";
import { useAddressState } from "../../shell/use-address-state.ts";
import { KeyRow } from "./key-row.tsx";

/** How often the list is read while it is looked at, in ms. */
const EVERY_MS = 30_000;

const NewKeyDialog = lazyPart(() => import("./new-key-dialog.tsx").then((part) => part.NewKeyDialog));

/** The keys that programs call the gateway with, and the way to a new one. */
export function KeysScreen() {
  const { t } = useLingui();
  const [panel, setPanel] = useAddressState("panel");
  const [isShown, setIsShown] = useState(false);
  const isOpen = panel === "new";
  if (isOpen && !isShown) setIsShown(true);
  return (
    <Screen
      title={t`API keys`}
      actions={
        <Button rank="primary" icon={<Plus />} onClick={() => setPanel("new", "step")}>
          <Trans>New key</Trans>
        </Button>
      }
    >
      <Panel
        title={t`Keys for programs`}
        description={t`A key can never do more than whoever made it. Revoke those that nobody uses.`}
      >
        <Keys />
      </Panel>
      {isShown && (
        <Guarded>
          <Suspense>
            <NewKeyDialog open={isOpen} onClose={() => setPanel("")} onClosed={() => setIsShown(false)} />
          </Suspense>
        </Guarded>
      )}
    </Screen>
  );
}

function Keys() {
  const { t } = useLingui();
  const read = useRead(apikeysList, {}, { every: EVERY_MS });
  return (
    <Reading read={read} loading={<Loading count={2} />}>
      {(keys) =>
        keys.length === 0 ? (
          <Empty icon={<KeyRound />} title={t`There is no API key`}>
            <Trans>Make one for a script, a monitor or a home automation that calls the gateway.</Trans>
          </Empty>
        ) : (
          <ul className="divide-y divide-line">
            {keys.map((key) => (
              <KeyRow key={key.id} apiKey={key} />
            ))}
          </ul>
        )
      }
    </Reading>
  );
}
