import { lazy, Suspense, useState } from "react";
import { loadPart } from "../api/load-part.ts";
import { firstLetter, iconKind, toneOf } from "./app-icon-kind.ts";
import { classes } from "./classes.ts";

const sizes = {
  small: "size-6 rounded-sm text-sm [&>svg]:size-4",
  medium: "size-10 rounded-lg text-lg [&>svg]:size-5.5",
  large: "size-14 rounded-lg text-2xl [&>svg]:size-8",
};

// Written out, so that the style sheet holds them.
const tones = [
  "bg-tile-1 text-on-tile-1",
  "bg-tile-2 text-on-tile-2",
  "bg-tile-3 text-on-tile-3",
  "bg-tile-4 text-on-tile-4",
  "bg-tile-5 text-on-tile-5",
  "bg-tile-6 text-on-tile-6",
  "bg-tile-7 text-on-tile-7",
  "bg-tile-8 text-on-tile-8",
];

/** On Home before any of the later texts: it has none. */
const AppIconShape = lazy(async () => ({
  default: (await loadPart(() => import("./app-icon-shape.tsx"))).AppIconShape,
}));

type AppIconProps = {
  id: string;
  name: string;
  /** As stored with the app: an emoji, `lucide:<name>`, or an address that only the gateway reads. */
  icon?: string;
  /** The address of the picture once it was fetched (`blob:`). */
  picture?: string;
  /** 24, 40 or 56 px; `medium` unless given. */
  size?: keyof typeof sizes;
};

/**
 * The picture of an app: the fetched picture, else its emoji or drawn icon, else its first letter on a colour that
 * stays the same for the app. It says nothing to assistive technology: the app's name stands beside it.
 */
export function AppIcon({ id, name, icon, picture, size = "medium" }: AppIconProps) {
  const [broken, setBroken] = useState<string>();
  const kind = iconKind(icon);
  const box = classes(
    "inline-flex shrink-0 items-center justify-center overflow-hidden font-semibold forced-colors:border",
    sizes[size],
  );

  if (picture !== undefined && picture !== broken) {
    return (
      <span aria-hidden className={box}>
        <img src={picture} alt="" onError={() => setBroken(picture)} className="size-full object-contain" />
      </span>
    );
  }
  if (kind.kind === "emoji") {
    return (
      <span aria-hidden className={classes(box, "border border-line bg-sunken leading-none")}>
        {kind.emoji}
      </span>
    );
  }
  const letter = firstLetter(name, id);
  const tile = classes(box, tones[toneOf(id, tones.length)]);
  return (
    <span aria-hidden className={tile}>
      {kind.kind === "drawn" ? (
        <Suspense fallback={letter}>
          <AppIconShape name={kind.name} fallback={letter} />
        </Suspense>
      ) : (
        letter
      )}
    </span>
  );
}
