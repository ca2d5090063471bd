import { useLingui } from "@lingui/react/macro";
import { Bell as BellIcon } from "lucide-react";
import { type ReactNode, Suspense } from "react";
import { lazyPart } from "../api/load-part.ts";
import { classes } from "../design/classes.ts";
import { PanelBoundary } from "../design/panel-boundary.tsx";

const UnreadCount = lazyPart(() => import("./bell/unread-count.tsx").then((part) => part.UnreadCount));

/** Opens the notices and says how many are unread; the number comes after the first view. `children`: its text. */
export function Bell({ onOpen, className, children }: { onOpen(): void; className: string; children?: ReactNode }) {
  const { t } = useLingui();
  return (
    <button
      type="button"
      aria-haspopup="dialog"
      onClick={onOpen}
      className={classes("flex items-center rounded-lg text-muted hover:bg-hover", className)}
    >
      <BellIcon aria-hidden size={children ? 18 : 22} />
      {children ?? <span className="sr-only">{t`Notices`}</span>}
      <PanelBoundary fallback={() => null}>
        <Suspense>
          <UnreadCount corner={!children} />
        </Suspense>
      </PanelBoundary>
    </button>
  );
}
