import type { ReactNode } from "react";

/** One line of a menu. An entry with `href` is a link to outside the dashboard. */
export type MenuEntry =
  | {
      label: string;
      icon?: ReactNode;
      danger?: boolean;
      disabled?: boolean;
      onSelect(): void;
      href?: undefined;
    }
  | { label: string; icon?: ReactNode; href: string }
  | "separator";
