import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { WandSparkles } from "lucide-react";
import { presetsList } from "../api/endpoints.gen.ts";
import { useRead } from "../api/use-read.ts";
import { Button } from "../design/button.tsx";
import { Callout } from "../design/callout.tsx";
import { PresetSettings } from "./preset-settings.tsx";
import { changesOf, type Preset, type PresetRoute } from "./presets.ts";
import { useSettled } from "./use-settled.ts";

type KnownAppNoteProps<Values extends PresetRoute> = {
  /** By what the app may be recognised. */
  image?: string;
  name: string;
  /** The path that the app will have, with a slash at its end. */
  path: string;
  /** The options as the form holds them. */
  values: Values;
  onApply(change: Partial<Values>): void;
  /** Takes the headers that the app wants; left out where the person may not set any. */
  headers?: { isSet(name: string): boolean; set(headers: Readonly<Record<string, string>>): void } | undefined;
};

/** Says what is known of an app, and offers the options that suit it. It changes nothing by itself. */
export function KnownAppNote<Values extends PresetRoute>(props: KnownAppNoteProps<Values>) {
  const { image = "", values, onApply, headers } = props;
  const { t, i18n } = useLingui();
  const name = useSettled(props.name.trim().slice(0, 100));
  const prefix = useSettled(props.path);
  const isAsked = (name !== "" || image !== "") && /^\/apps\/.+\/$/.test(prefix);
  const query = { ...(image && { image }), ...(name && { name }), prefix };
  // Unknown apps are the rule, and a gateway that does not answer is told of elsewhere.
  const [preset] = useRead(presetsList, { query }, { enabled: isAsked }).data ?? [];
  if (!preset || !isAsked) return null;
  const change = changesOf(preset.route, values);
  const missing = Object.entries(preset.requestHeaders).filter(([header]) => headers && !headers.isSet(header));
  const wanted = Object.entries(change ?? {}).map(([option, value]) => {
    const label = i18n._(OPTIONS[option as keyof PresetRoute]);
    return typeof value === "string" ? `${label}: ${value}` : value ? t`${label}: on` : t`${label}: off`;
  });
  wanted.push(...missing.map(([header, value]) => t`Send it the header ${header}: ${value}`));

  function apply(): void {
    if (change) onApply(change);
    if (missing.length > 0) headers?.set(Object.fromEntries(missing));
  }

  return (
    <Callout
      tone="info"
      title={t`Known app: ${preset.name}`}
      actions={
        wanted.length > 0 && (
          <Button size="small" icon={<WandSparkles />} onClick={apply}>
            <Trans>Use these options</Trans>
          </Button>
        )
      }
    >
      <div className="space-y-2">
        <p>
          {i18n._(MODES[preset.mode] ?? MODES.strip)} {preset.note}
        </p>
        {wanted.length > 0 && (
          <ul className="list-disc ps-5">
            {wanted.map((text) => (
              <li key={text} className="break-words">
                {text}
              </li>
            ))}
          </ul>
        )}
        <PresetSettings preset={headers ? { ...preset, requestHeaders: {} } : preset} />
      </div>
    </Callout>
  );
}

const MODES: Record<Preset["mode"], MessageDescriptor> = {
  strip: msg`It works below a path that is taken away before forwarding.`,
  "own-base": msg`It can be told its path, and keeps it then.`,
  "host-name": msg`It does not support a path: a host name of its own is safer.`,
};

const OPTIONS: Record<keyof PresetRoute, MessageDescriptor> = {
  stripPrefix: msg`Take the path away before forwarding`,
  websocket: msg`Let WebSockets through`,
  preserveHost: msg`Pass on the host name that the browser used`,
  rewriteCookiePaths: msg`Keep cookies within the path`,
  healthCheckPath: msg`Path of the health check`,
};
