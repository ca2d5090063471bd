import { Popover as Base } from "@base-ui/react/popover";
import { useLingui } from "@lingui/react/macro";
import { X } from "lucide-react";
import { type ReactNode, type RefObject, useRef } from "react";
import { IconButton } from "./icon-button.tsx";

type PopoverBoxProps = {
  id: string;
  title: ReactNode;
  children: ReactNode;
  anchor: RefObject<HTMLButtonElement | null>;
  onClose(): void;
};

/** The open box of a `Popover`. */
export function PopoverBox({ id, title, children, anchor, onClose }: PopoverBoxProps) {
  const { t } = useLingui();
  const box = useRef<HTMLDivElement>(null);
  return (
    <Base.Root open onOpenChange={(open) => !open && onClose()}>
      <Base.Portal>
        <Base.Positioner
          anchor={anchor}
          align="start"
          sideOffset={6}
          collisionPadding={8}
          className="z-60 outline-none"
        >
          <Base.Popup
            id={id}
            ref={box}
            initialFocus={box}
            finalFocus={anchor}
            className="max-h-(--available-height) w-[min(24rem,calc(100vw-1rem))] overflow-y-auto rounded-lg border border-line bg-raised text-text shadow-lg outline-none"
          >
            <div className="flex items-start gap-3 pt-2.5 pr-2 pb-1 pl-4">
              <Base.Title className="min-w-0 flex-1 pt-1 text-base font-semibold">{title}</Base.Title>
              <IconButton size="small" label={t`Close`} icon={<X />} onClick={onClose} />
            </div>
            <div className="px-4 pb-4">{children}</div>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
