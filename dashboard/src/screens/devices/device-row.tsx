import { Plural, Trans, useLingui } from "@lingui/react/macro";
import type { devices } from "@nekzus/contract";
import { Monitor, Pencil, Smartphone } from "lucide-react";
import { Suspense, useState } from "react";
import type { z } from "zod";
import { deviceDelete, devicePatch, devicesList } from "../../api/endpoints.gen.ts";
import { useFailureText } from "../../api/failure-text.ts";
import { lazyPart } from "../../api/load-part.ts";
import { refresh } from "../../api/query-client.ts";
import { useChange } from "../../api/use-change.ts";
import { Badge } from "../../design/badge.tsx";
import { Button } from "../../design/button.tsx";
import { useConfirm } from "../../design/confirm.tsx";
import { IconButton } from "../../design/icon-button.tsx";
import { Guarded } from "../../design/panel.tsx";
import { TextInput } from "../../design/text-input.tsx";
import { TimeAgo } from "../../design/time-ago.tsx";
import { useToasts } from "../../design/toast.tsx";
import { catchFocus } from "../../shell/catch-focus.ts";
import { usePerson } from "../../shell/person.tsx";
import { KeptSignIns } from "./kept-sign-ins.tsx";

type Device = z.output<typeof devices.Device>;

const RightsDialog = lazyPart(() => import("./rights-dialog.tsx").then((part) => part.RightsDialog));

const DESKTOPS: ReadonlySet<string> = new Set(["desktop", "linux", "macos", "windows", "web"]);

/** One device: what it is, whose, where it was last, and the ways to rename and revoke it. */
export function DeviceRow({ device }: { device: Device }) {
  const { t } = useLingui();
  const { id, name, owner, platform, model, status, lastSeen, lastAddress, requestsToday, effectiveScopes } = device;
  const confirm = useConfirm();
  const toasts = useToasts();
  const revoke = useChange(deviceDelete);
  const failureText = useFailureText(revoke.failure);
  const [isNaming, setIsNaming] = useState(false);
  const person = usePerson();
  const [rights, setRights] = useState<"unused" | "open" | "closing">("unused");
  const Icon = DESKTOPS.has(platform) ? Monitor : Smartphone;

  async function onRevoke(): Promise<void> {
    const isMeant = await confirm({
      title: t`Revoke ${name}?`,
      text: t`It is signed out at once, also from films and downloads, and has to be paired again.`,
      action: t`Revoke it`,
    });
    if (!isMeant) return;
    const reply = await revoke.run({ params: { deviceId: id } });
    if (!reply) return;
    toasts.say({ text: t`${name} is revoked.` });
    await refresh(devicesList);
    // The button went with its row.
    catchFocus();
  }

  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 py-3 first:pt-0 last:pb-0">
      <Icon aria-hidden className="size-5 shrink-0 text-muted" />
      <div className="min-w-0 flex-[1_1_14rem]">
        {isNaming ? (
          <NewName device={device} onDone={() => setIsNaming(false)} />
        ) : (
          <p className="flex flex-wrap items-center gap-x-2 gap-y-1 font-medium">
            <span className="min-w-0 break-words">{name}</span>
            <IconButton label={t`Rename ${name}`} icon={<Pencil />} onClick={() => setIsNaming(true)} />
            {status === "online" ? (
              <Badge tone="good">
                <Trans>Online</Trans>
              </Badge>
            ) : (
              <Badge>
                <Trans>Offline</Trans>
              </Badge>
            )}
            {effectiveScopes.length === 0 && (
              <Badge tone="warn">
                <Trans>May do nothing</Trans>
              </Badge>
            )}
          </p>
        )}
        <p className="text-sm text-muted">
          {model && model !== name && <>{model} · </>}
          {owner && <>{owner} · </>}
          <Trans>
            seen <TimeAgo at={lastSeen} />
          </Trans>
          {lastAddress && (
            <>
              {" · "}
              <span className="font-mono">{lastAddress}</span>
            </>
          )}
          {" · "}
          <Plural value={requestsToday} one="# request today" other="# requests today" />
        </p>
        <KeptSignIns device={device} />
        {failureText && (
          <p role="alert" className="text-sm font-medium text-bad">
            {failureText.title}. {failureText.wayOn}
          </p>
        )}
      </div>
      <div className="flex flex-wrap gap-2 max-sm:ml-9">
        {person.may("access:admin") && (
          <Button size="small" onClick={() => setRights("open")} aria-label={t`Rights of ${name}`}>
            <Trans>Rights</Trans>
          </Button>
        )}
        <Button size="small" pending={revoke.isRunning} onClick={() => void onRevoke()} aria-label={t`Revoke ${name}`}>
          <Trans>Revoke</Trans>
        </Button>
      </div>
      {rights !== "unused" && (
        <Guarded>
          <Suspense>
            <RightsDialog
              device={device}
              open={rights === "open"}
              onClose={() => setRights("closing")}
              onClosed={() => setRights("unused")}
            />
          </Suspense>
        </Guarded>
      )}
    </li>
  );
}

function NewName({ device: { id, name }, onDone }: { device: Device; onDone(): void }) {
  const { t } = useLingui();
  const [text, setText] = useState(name);
  const { run, isRunning, failure } = useChange(devicePatch, { refreshes: [devicesList] });
  const failureText = useFailureText(failure);

  async function save(): Promise<void> {
    const deviceName = text.trim();
    if (deviceName === "" || deviceName === name) return onDone();
    const reply = await run({ params: { deviceId: id }, body: { deviceName } });
    if (!reply) return;
    await refresh(devicesList);
    onDone();
    catchFocus();
  }

  return (
    <form
      className="flex flex-wrap items-center gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <TextInput
        aria-label={t`Name of the device`}
        value={text}
        maxLength={255}
        onChange={setText}
        onKeyDown={(event) => {
          if (event.key === "Escape") onDone();
        }}
        className="max-w-64"
        autoFocus
      />
      <Button size="small" type="submit" rank="primary" pending={isRunning}>
        <Trans>Save</Trans>
      </Button>
      <Button size="small" onClick={onDone}>
        <Trans>Cancel</Trans>
      </Button>
      {failureText && (
        <p role="alert" className="w-full text-sm font-medium text-bad">
          {failureText.title}. {failureText.wayOn}
        </p>
      )}
    </form>
  );
}
