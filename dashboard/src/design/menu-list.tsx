import { Menu as Base } from "@base-ui/react/menu";
import { type RefObject, useEffect, useRef } from "react";
import { classes } from "./classes.ts";
import type { MenuEntry } from "./menu-entry.ts";

type MenuListProps = {
  label: string;
  entries: readonly MenuEntry[];
  anchor: RefObject<HTMLButtonElement | null>;
  /** A keyboard begins on the first entry. */
  opened: "by-hand" | "by-key";
  onClose(): void;
};

const line =
  "flex min-h-control-small w-full items-center gap-2.5 rounded-md px-2.5 py-1.5 text-sm outline-none select-none " +
  "data-highlighted:bg-hover data-highlighted:ring-1 data-highlighted:ring-line-strong/40 data-disabled:opacity-50 [&>svg]:size-4 [&>svg]:shrink-0";

/** The open list of a `Menu`. */
export function MenuList({ label, entries, anchor, opened, onClose }: MenuListProps) {
  const popup = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (opened !== "by-key") return;
    // The list takes the focus itself when it has its place.
    const frame = requestAnimationFrame(() =>
      requestAnimationFrame(() => popup.current?.querySelector<HTMLElement>('[role="menuitem"]')?.focus()),
    );
    return () => cancelAnimationFrame(frame);
  }, [opened]);

  return (
    <Base.Root open onOpenChange={(open) => !open && onClose()}>
      <Base.Portal>
        <Base.Positioner anchor={anchor} align="end" sideOffset={4} className="z-60 outline-none">
          <Base.Popup
            ref={popup}
            aria-label={label}
            finalFocus={anchor}
            className="max-h-(--available-height) min-w-48 max-w-[min(22rem,calc(100vw-1rem))] overflow-y-auto rounded-lg border border-line bg-raised p-1 text-text shadow-lg outline-none"
          >
            {entries.map((entry, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: entries do not move while the menu is open
              <Entry key={index} entry={entry} />
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

function Entry({ entry }: { entry: MenuEntry }) {
  if (entry === "separator") return <Base.Separator className="my-1 h-px bg-line" />;
  if (entry.href !== undefined) {
    return (
      <Base.LinkItem href={entry.href} closeOnClick className={line}>
        {entry.icon}
        <span className="min-w-0 flex-1">{entry.label}</span>
      </Base.LinkItem>
    );
  }
  return (
    <Base.Item onClick={entry.onSelect} disabled={entry.disabled} className={classes(line, entry.danger && "text-bad")}>
      {entry.icon}
      <span className="min-w-0 flex-1">{entry.label}</span>
    </Base.Item>
  );
}
