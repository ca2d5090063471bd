import { Trans, useLingui } from "@lingui/react/macro";
import { Monitor, Moon, Sun } from "lucide-react";
import type { ReactNode } from "react";
import { useFailureText } from "../../api/failure-text.ts";
import { Field } from "../../design/field.tsx";
import { Kbd } from "../../design/kbd.tsx";
import { Panel } from "../../design/panel.tsx";
import { RadioCards } from "../../design/radio-cards.tsx";
import { Select } from "../../design/select.tsx";
import { FailureNote, Loading } from "../../design/states.tsx";
import { Switch } from "../../design/switch.tsx";
import { PALETTE_NAMES, SCHEME_NAMES } from "../../design/theme-names.ts";
import { PALETTES, SCHEMES, type Scheme, themeId, themeOf } from "../../design/themes.ts";
import { usePreferences } from "../../shell/preferences.tsx";
import { LANGUAGES } from "../../text/i18n.ts";
import { ThemePicture } from "./theme-picture.tsx";
import { TimeZoneField } from "./time-zone-field.tsx";

const SCHEME_ICONS: Record<Scheme, ReactNode> = { system: <Monitor />, light: <Sun />, dark: <Moon /> };

/** How the dashboard looks to this person and listens to their keys, in every browser. Each choice is kept at once. */
export function AppearancePanel() {
  const { t } = useLingui();
  return (
    <Panel
      title={t`Appearance and keys`}
      description={t`Kept with your account, for every browser that you sign in with.`}
    >
      <Choices />
    </Panel>
  );
}

/** Choices that could not be read are not shown as if they were the usual ones. */
function Choices() {
  const { reading } = usePreferences();
  const failureText = useFailureText(reading.failure);
  if (reading.isKnown) return <Appearance />;
  if (reading.isLoading || !failureText) return <Loading shape="form" />;
  return <FailureNote failure={failureText} onRetry={reading.again} retrying={reading.isRetrying} />;
}

function Appearance() {
  const { t, i18n } = useLingui();
  const { preferences, change, failure } = usePreferences();
  const failureText = useFailureText(failure);
  const { palette, scheme } = themeOf(preferences.theme);

  return (
    <div className="space-y-6">
      {failureText && <FailureNote failure={{ ...failureText, title: t`The last choice could not be kept` }} />}
      <RadioCards
        label={t`Colours`}
        value={palette}
        onChange={(next) => void change({ theme: themeId(next, scheme) })}
        options={PALETTES.map((id) => ({
          value: id,
          label: i18n._(PALETTE_NAMES[id]),
          icon: <ThemePicture palette={id} scheme={scheme} />,
        }))}
      />
      <RadioCards
        label={t`Brightness`}
        value={scheme}
        onChange={(next) => void change({ theme: themeId(palette, next) })}
        options={SCHEMES.map((id) => ({ value: id, label: i18n._(SCHEME_NAMES[id]), icon: SCHEME_ICONS[id] }))}
      />
      <RadioCards
        label={t`Density`}
        value={preferences.density}
        onChange={(density) => void change({ density })}
        options={[
          { value: "comfortable", label: <Trans>Comfortable</Trans>, help: <Trans>Room to breathe</Trans> },
          { value: "compact", label: <Trans>Compact</Trans>, help: <Trans>More on one screen</Trans> },
        ]}
      />
      <div className="grid gap-x-gap gap-y-6 sm:grid-cols-2">
        {LANGUAGES.length > 1 && (
          <LanguageField value={preferences.language} onChange={(language) => void change({ language })} />
        )}
        <TimeZoneField value={preferences.timeZone} onChange={(timeZone) => void change({ timeZone })} />
      </div>
      <Switch
        label={t`Single-key shortcuts`}
        help={
          <Trans>
            Keys such as <Kbd>/</Kbd> and <Kbd>g</Kbd> do something while no field has the focus. Switch them off if you
            speak your input or press keys by accident. Ctrl or Cmd with K always works.
          </Trans>
        }
        checked={preferences.shortcuts}
        onChange={(shortcuts) => void change({ shortcuts })}
      />
    </div>
  );
}

/** A choice from the second language on. */
function LanguageField({ value, onChange }: { value: string; onChange(language: string): void }) {
  const { t } = useLingui();
  const isKnown = value === "" || LANGUAGES.some(({ id }) => id === value);
  return (
    <Field label={t`Language`}>
      <Select
        value={value}
        onChange={onChange}
        options={[
          { value: "", label: t`As the browser says` },
          ...LANGUAGES.map(({ id, name }) => ({ value: id, label: name })),
          // One that only a newer gateway has.
          ...(isKnown ? [] : [{ value, label: value }]),
        ]}
      />
    </Field>
  );
}
