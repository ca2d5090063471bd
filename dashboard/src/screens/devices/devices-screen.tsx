import { Trans, useLingui } from "@lingui/react/macro";
import { QrCode } from "lucide-react";
import { Suspense, useState } from "react";
import { devicesList } from "../../api/endpoints.gen.ts";
import { lazyPart } from "../../api/load-part.ts";
import { useRead } from "../../api/use-read.ts";
import { Button } from "../../design/button.tsx";
import { Guarded, Panel } from "../../design/panel.tsx";
import { Empty, Loading } from "../../design/states.tsx";
import { usePerson } from "../../shell/person.tsx";
import { Reading } from "../../shell/reading.tsx";
import { Screen } from "../../shell/screen.tsx";
import { useAddressState } from "../../shell/use-address-state.ts";
import { DeviceRow } from "./device-row.tsx";

/** How often the list is read while it is looked at, in ms. */
const EVERY_MS = 15_000;

const PairingDialog = lazyPart(() => import("./pairing-dialog.tsx").then((part) => part.PairingDialog));

/** The phones, tablets and computers that joined, and the way for another one. */
export function DevicesScreen() {
  const { t } = useLingui();
  const person = usePerson();
  const [panel, setPanel] = useAddressState("panel");
  const [isShown, setIsShown] = useState(false);
  const isOpen = panel === "pair" && person.may("access:admin");
  if (isOpen && !isShown) setIsShown(true);
  const pair = () => setPanel("pair", "step");
  return (
    <Screen
      title={t`Devices`}
      actions={
        person.may("access:admin") && (
          <Button rank="primary" icon={<QrCode />} onClick={pair}>
            <Trans>Pair a device</Trans>
          </Button>
        )
      }
    >
      <Panel
        title={t`Paired devices`}
        description={t`Each one opens apps with a token of its own. One that is lost or sold: revoke it.`}
      >
        <Devices />
      </Panel>
      {isShown && (
        <Guarded>
          <Suspense>
            <PairingDialog open={isOpen} onClose={() => setPanel("")} onClosed={() => setIsShown(false)} />
          </Suspense>
        </Guarded>
      )}
    </Screen>
  );
}

function Devices() {
  const { t } = useLingui();
  const read = useRead(devicesList, {}, { every: EVERY_MS });
  return (
    <Reading read={read} loading={<Loading count={2} />}>
      {(answer) => {
        const devices = Array.isArray(answer) ? answer : answer.devices;
        if (devices.length === 0) {
          return (
            <Empty icon={<QrCode />} title={t`No device is paired`}>
              <Trans>Pair a phone to open your apps there without signing in each time.</Trans>
            </Empty>
          );
        }
        return (
          <ul className="divide-y divide-line">
            {devices.map((device) => (
              <DeviceRow key={device.id} device={device} />
            ))}
          </ul>
        );
      }}
    </Reading>
  );
}
