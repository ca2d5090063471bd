import { Trans, useLingui } from "@lingui/react/macro";
import { Suspense, useId, useState } from "react";
import { lazyPart } from "../api/load-part.ts";
import { AppIcon } from "../design/app-icon.tsx";
import { iconKind } from "../design/app-icon-kind.ts";
import { FieldGroup } from "../design/field.tsx";
import { Select, type SelectOption } from "../design/select.tsx";
import { Loading } from "../design/states.tsx";
import type { App } from "./app.ts";
import { AppPicture } from "./app-picture.tsx";
import { EmojiChoice } from "./icon-emoji.tsx";
import type { ChosenPicture } from "./icon-picture.ts";
import { PictureChoice } from "./icon-picture-choice.tsx";

const IconGrid = lazyPart(() => import("./icon-grid.tsx").then((part) => part.IconGrid));

/** What happens with the picture of an app when the form is saved: nothing, it is replaced, or it is taken away. */
export type PictureChange = ChosenPicture | "remove" | undefined;

type IconPickerProps = {
  /** For the letter, and for the picture that the app has now. */
  app: Pick<App, "id" | "name" | "iconVersion">;
  /** As stored: an emoji, `lucide:<name>`, or nothing. */
  icon: string;
  onIcon(icon: string): void;
  picture?: PictureChange;
  /** Without it no picture can be uploaded here. */
  onPicture?(picture: PictureChange): void;
  error?: React.ReactNode;
  /** Of the group, so that a summary of errors can lead to it. */
  id?: string;
};

type Kind = "automatic" | "emoji" | "drawn" | "picture";

/** Chooses an app's icon: what the app brings, an emoji, a drawing, or a picture of one's own. */
export function IconPicker({ app, icon, onIcon, picture, onPicture, error, id }: IconPickerProps) {
  const { t } = useLingui();
  const label = useId();
  const hasPicture = picture === undefined ? app.iconVersion !== undefined : picture !== "remove";
  const [kind, setKind] = useState<Kind>(() => kindOf(icon, hasPicture));

  function choose(next: Kind): void {
    setKind(next);
    if (next === "picture") return;
    // An uploaded picture goes before everything else, so another choice takes it away.
    onPicture?.(app.iconVersion === undefined ? undefined : "remove");
    const kept = iconKind(icon).kind;
    if (next === "automatic" || kept !== next) onIcon("");
  }

  const options: SelectOption<Kind>[] = [
    { value: "automatic", label: t`What the app brings, else its letter` },
    { value: "emoji", label: t`An emoji` },
    { value: "drawn", label: t`A drawing` },
    ...(onPicture ? [{ value: "picture" as const, label: t`A picture of your own` }] : []),
  ];

  return (
    <FieldGroup label={<Trans>Icon</Trans>} error={error} {...(id && { id })}>
      <div className="flex items-start gap-3.5">
        <IconPreview app={app} icon={icon} picture={picture} />
        <div className="min-w-0 flex-1 space-y-3">
          <span id={label} className="sr-only">
            <Trans>Kind of icon</Trans>
          </span>
          <Select aria-labelledby={label} value={kind} onChange={choose} options={options} />
          {kind === "emoji" && <EmojiChoice value={icon} onChange={onIcon} />}
          {kind === "drawn" && (
            <Suspense fallback={<Loading shape="text" count={2} />}>
              <IconGrid value={icon.replace(/^lucide:/, "")} onChange={(name) => onIcon(`lucide:${name}`)} />
            </Suspense>
          )}
          {kind === "picture" && onPicture && (
            <PictureChoice
              chosen={picture === "remove" ? undefined : picture}
              isThere={app.iconVersion !== undefined && picture === undefined}
              onChoose={onPicture}
            />
          )}
        </div>
      </div>
    </FieldGroup>
  );
}

function kindOf(icon: string, hasPicture: boolean): Kind {
  if (hasPicture) return "picture";
  const { kind } = iconKind(icon);
  return kind === "none" ? "automatic" : kind;
}

/** How the app will look. */
function IconPreview({
  app,
  icon,
  picture,
}: {
  app: Pick<App, "id" | "name" | "iconVersion">;
  icon: string;
  picture: PictureChange;
}) {
  const { id, name, iconVersion } = app;
  if (picture === undefined && iconVersion !== undefined) {
    return <AppPicture app={{ id, name, icon, iconVersion }} size="large" />;
  }
  const address = picture === "remove" ? undefined : picture?.address;
  return <AppIcon id={id} name={name} {...(icon && { icon })} {...(address && { picture: address })} size="large" />;
}
