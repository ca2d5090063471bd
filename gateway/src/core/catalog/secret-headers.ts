import { HIDDEN_VALUE } from "@nekzus/contract";
import { Problem } from "../../kit/problem.ts";
import type { Storage } from "../storage/storage.ts";
import type { RouteOptions, StoredRoute } from "./store.ts";

/**
 * Values of `setRequestHeaders` may be credentials of the app, and only the person who sets one knows which are. So all
 * of them are sealed from the moment they are saved: they are open nowhere but in what edges get.
 */
type Sealed = StoredRoute["sealedRequestHeaders"];

/**
 * Seals what was given. The hidden value stands for the one that is kept; so does the kept value itself, so that nothing
 * changes when nothing was changed. Throws `VALIDATION_FAILED` where none is kept.
 */
export function sealHeaders(
  given: RouteOptions["setRequestHeaders"],
  kept: Sealed,
  storage: Pick<Storage, "seal" | "unseal">,
): Sealed {
  const keptOf = new Map(Object.entries(kept).map(([name, sealed]) => [name.toLowerCase(), sealed]));
  return mapValues(given, (value, name) => {
    const sealed = keptOf.get(name.toLowerCase());
    if (value === HIDDEN_VALUE) {
      if (sealed !== undefined) return sealed;
      const reason = `has no value yet that ${HIDDEN_VALUE} could stand for: send the value itself`;
      throw new Problem("VALIDATION_FAILED", `The header ${name} ${reason}.`, [
        { path: `setRequestHeaders.${name}`, reason },
      ]);
    }
    if (sealed !== undefined && opened(sealed, storage) === value) return sealed;
    return Buffer.from(storage.seal(value)).toString("base64");
  });
}

/** What answers show of them. */
export function hideHeaders(sealed: Sealed): RouteOptions["setRequestHeaders"] {
  return mapValues(sealed, () => HIDDEN_VALUE);
}

/** Names and values by turns, for edges. Throws when one was sealed with another key. */
export function openHeaders(sealed: Sealed, storage: Pick<Storage, "unseal">): string[] {
  return Object.entries(sealed).flatMap(([name, value]) => [name, unseal(value, storage)]);
}

/** The route's options as answers show them, and as they can be saved again. */
export function optionsOf(route: StoredRoute): RouteOptions {
  const {
    routeId: _id,
    upstreamClass: _class,
    classAssumed: _assumed,
    origin: _origin,
    version: _version,
    sealedRequestHeaders,
    ...options
  } = route;
  return { ...options, setRequestHeaders: hideHeaders(sealedRequestHeaders) };
}

function unseal(sealed: string, storage: Pick<Storage, "unseal">): string {
  return storage.unseal(Buffer.from(sealed, "base64"));
}

/** What cannot be opened any more is replaced by what is given. */
function opened(sealed: string, storage: Pick<Storage, "unseal">): string | undefined {
  try {
    return unseal(sealed, storage);
  } catch {
    return undefined;
  }
}

function mapValues(values: Readonly<Record<string, string>>, change: (value: string, name: string) => string) {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value, name)]));
}
