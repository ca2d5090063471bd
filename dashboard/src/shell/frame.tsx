import { Trans } from "@lingui/react/macro";
import { useRouterState } from "@tanstack/react-router";
import { type ReactNode, Suspense, useEffect, useState } from "react";
import { lazyPart, loadPart } from "../api/load-part.ts";
import { Guarded } from "../design/panel.tsx";
import { withLaterTexts } from "../text/i18n.ts";
import { Bell } from "./bell.tsx";
import { BottomBar } from "./bottom-bar.tsx";
import { ConnectionBanner } from "./connection-banner.tsx";
import { Rail } from "./rail.tsx";
import { useAddressState } from "./use-address-state.ts";
import { useShortcuts } from "./use-shortcuts.ts";

const loadPalette = () => import("./palette/palette.tsx").then((part) => part.Palette);
const Palette = lazyPart(loadPalette);
const NoticesSheet = lazyPart(() => import("./bell/notices-sheet.tsx").then((part) => part.NoticesSheet));
const ShortcutList = lazyPart(() => import("./shortcut-list.tsx").then((part) => part.ShortcutList));

/**
 * When nothing of the first view is waiting any more, in ms: then the palette is fetched, which must open at once, and
 * messages to this browser are taken along into a new session.
 */
const IDLE_MS = 2500;

/** What surrounds every screen of a signed-in person. */
export function Frame({ children }: { children: ReactNode }) {
  const place = useRouterState({ select: ({ location }) => location.href });
  const [opened, setOpened] = useState<{ what: "palette" | "shortcuts"; place: string }>();
  const [notices, setNotices] = useAddressState("notices");
  const openNotices = () => setNotices("shown", "step");
  // The browser's own way back leads out of it too.
  const open = opened?.place === place ? opened.what : undefined;
  const openPalette = () => setOpened({ what: "palette", place });
  const close = () => setOpened(undefined);
  useShortcuts({ onPalette: openPalette, onList: () => setOpened({ what: "shortcuts", place }) });

  useEffect(() => {
    const timer = setTimeout(() => {
      loadPart(() => withLaterTexts(loadPalette)).catch(() => undefined);
      // What fails now is done by the next page.
      import("./push/push-session.ts").then((part) => part.takePushAlong()).catch(() => undefined);
    }, IDLE_MS);
    return () => clearTimeout(timer);
  }, []);

  return (
    <div className="flex min-h-dvh">
      <a
        href="#content"
        className="sr-only z-50 rounded-lg bg-accent px-4 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        <Trans>Skip to the content</Trans>
      </a>
      <Rail onSearch={openPalette} onNotices={openNotices} />
      <div className="relative flex min-w-0 flex-1 flex-col">
        <ConnectionBanner />
        <div className="relative md:hidden">
          <Bell onOpen={openNotices} className="absolute top-3 right-3 z-10 min-h-11 min-w-11 justify-center" />
        </div>
        <Guarded>
          <Suspense>
            {open === "palette" && <Palette onClose={close} />}
            {notices && <NoticesSheet onClose={() => setNotices("")} />}
            {open === "shortcuts" && <ShortcutList onClose={close} />}
          </Suspense>
        </Guarded>
        <main id="content" tabIndex={-1} className="flex-1 outline-none">
          {children}
        </main>
      </div>
      <BottomBar onSearch={openPalette} />
    </div>
  );
}
