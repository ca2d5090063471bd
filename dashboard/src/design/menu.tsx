import { EllipsisVertical } from "lucide-react";
import { type ReactNode, Suspense, useRef, useState } from "react";
import { lazyPart } from "../api/load-part.ts";
import { Button } from "./button.tsx";
import type { ButtonRank, ButtonSize } from "./button-look.ts";
import { IconButton } from "./icon-button.tsx";
import type { MenuEntry } from "./menu-entry.ts";

export type { MenuEntry } from "./menu-entry.ts";

type MenuProps = {
  /** What the menu is about; the name of the button where it has no text. */
  label: string;
  entries: readonly MenuEntry[];
  /** The button's text; without it the button is an icon. */
  text?: ReactNode;
  /** The button's icon; three dots unless given. */
  icon?: ReactNode;
  rank?: ButtonRank;
  size?: ButtonSize;
};

const load = () => import("./menu-list.tsx").then((part) => part.MenuList);
const MenuList = lazyPart(load);
/** Ahead of a press; that it failed is said by the press. */
const preload = () => void load().catch(() => undefined);

/** A button that opens a list of things to do. The list's code is loaded when the button is first approached. */
export function Menu({ label, entries, text, icon = <EllipsisVertical />, rank, size }: MenuProps) {
  const [open, setOpen] = useState<"by-hand" | "by-key">();
  const anchor = useRef<HTMLButtonElement>(null);
  const trigger = {
    ref: anchor,
    size,
    icon,
    "aria-haspopup": "menu",
    "aria-expanded": open !== undefined,
    onPointerEnter: preload,
    onFocus: preload,
    // A press by keyboard has no count of clicks.
    onClick: (event: { detail: number }) => setOpen(event.detail === 0 ? "by-key" : "by-hand"),
    onKeyDown: (event: { key: string; preventDefault(): void }) => {
      if (event.key !== "ArrowDown") return;
      event.preventDefault();
      setOpen("by-key");
    },
  } as const;
  return (
    <>
      {text === undefined ? (
        <IconButton {...trigger} rank={rank} label={label} />
      ) : (
        <Button {...trigger} rank={rank}>
          {text}
        </Button>
      )}
      {open && (
        <Suspense>
          <MenuList label={label} entries={entries} anchor={anchor} opened={open} onClose={() => setOpen(undefined)} />
        </Suspense>
      )}
    </>
  );
}
