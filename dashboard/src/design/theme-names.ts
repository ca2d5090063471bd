import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { Palette, Scheme } from "./themes.ts";

/** What the palettes are called. */
export const PALETTE_NAMES: Record<Palette, MessageDescriptor> = {
  default: msg`Nekzus`,
  contrast: msg`High contrast`,
  slate: msg`Slate`,
  forest: msg`Forest`,
  ember: msg`Ember`,
  dusk: msg`Dusk`,
};

/** What the brightnesses are called. */
export const SCHEME_NAMES: Record<Scheme, MessageDescriptor> = {
  system: msg`As the system`,
  light: msg`Light`,
  dark: msg`Dark`,
};
