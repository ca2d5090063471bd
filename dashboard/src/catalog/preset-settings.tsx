import { Trans } from "@lingui/react/macro";
import type { Preset } from "./presets.ts";

/** What has to be set in the app itself, and what it wants to be sent. Shows nothing where nothing has. */
export function PresetSettings({ preset }: { preset: Preset }) {
  const { name, settings, requestHeaders } = preset;
  const headers = Object.entries(requestHeaders);
  if (settings.length === 0 && headers.length === 0) return null;
  return (
    <div className="space-y-1.5 text-sm">
      <p className="font-medium">
        <Trans>To set in {name} itself</Trans>
      </p>
      <ul className="space-y-1.5">
        {settings.map(({ name: setting, value, place }) => (
          <li key={setting} className="min-w-0">
            <span className="font-mono break-all">
              {setting} = {value}
            </span>
            <span className="block text-muted">{place}</span>
          </li>
        ))}
        {headers.map(([header, value]) => (
          <li key={header} className="min-w-0">
            <span className="font-mono break-all">
              {header}: {value}
            </span>
            <span className="block text-muted">
              <Trans>a header that it has to be sent with each request</Trans>
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
