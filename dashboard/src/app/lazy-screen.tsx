import { type FunctionComponent, useEffect, useState } from "react";
import { useConnection } from "../api/use-link.ts";
import { withLaterTexts } from "../text/i18n.ts";
import { ScreenMissing } from "./screen-missing.tsx";

type Load = () => Promise<FunctionComponent>;
type LazyScreen = FunctionComponent & { preload(): Promise<void> };

/** A screen that is loaded with its texts when somebody goes there, or seems about to. */
export function lazyScreen(load: Load): LazyScreen {
  return lazyFirstScreen(() => withLaterTexts(load));
}

/**
 * A screen of the first view, whose texts are there already. When it cannot be loaded, it says so and tries again as
 * soon as the gateway answers.
 */
export function lazyFirstScreen(load: Load): LazyScreen {
  let Loaded: FunctionComponent | undefined;

  async function fetchParts(): Promise<FunctionComponent> {
    Loaded = await load();
    return Loaded;
  }

  // biome-ignore lint/correctness/noComponentHookFactories: called once for each screen, when the router is made.
  function Screen() {
    const [Part, setPart] = useState(() => Loaded);
    const [attempt, setAttempt] = useState(0);
    const [failed, setFailed] = useState(false);
    const isLive = useConnection().state === "live";

    // biome-ignore lint/correctness/useExhaustiveDependencies: each attempt, and each return of the gateway, tries again.
    useEffect(() => {
      if (Part) return;
      let isGone = false;
      fetchParts().then(
        (part) => isGone || setPart(() => part),
        () => isGone || setFailed(true),
      );
      return () => {
        isGone = true;
      };
    }, [Part, attempt, isLive]);

    if (Part) return <Part />;
    if (!failed) return null;
    return <ScreenMissing onAgain={() => setAttempt(attempt + 1)} />;
  }

  return Object.assign(Screen, {
    async preload() {
      await fetchParts().catch(() => undefined);
    },
  });
}
