import { type ComponentType, lazy } from "react";
import { withLaterTexts } from "../text/i18n.ts";
import { Failure } from "./failure.ts";
import { connection } from "./gateway.ts";

/** How often a part is asked for while the gateway answers: then it is gone, because the gateway is a newer one. */
const TRIES = 3;
/** Between two tries, in ms: long enough to learn whether the gateway is away. */
const PAUSE_MS = 1500;

/**
 * Loads a part of the dashboard that is fetched when it is first needed. Waits while the gateway is away, because an
 * error would take the surrounding screen with what was typed there. Throws what `load` threw when it is there and the
 * part is not.
 */
export async function loadPart<T>(load: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await load();
    } catch (error) {
      if (tries >= TRIES && connection.link.get().state === "live") throw error;
      connection.doubt(new Failure("unreachable", "A part of the page could not be loaded."));
      await new Promise((done) => setTimeout(done, PAUSE_MS));
    }
  }
}

/** A component that is loaded like that, with its texts, when it is first shown. */
export function lazyPart<Props>(load: () => Promise<ComponentType<Props>>) {
  return lazy(async () => ({ default: await loadPart(() => withLaterTexts(load)) }));
}
