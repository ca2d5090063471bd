import { useEffect, useState } from "react";
import { appFavicon } from "../api/endpoints.gen.ts";
import { asFailure } from "../api/failure.ts";
import { send } from "../api/gateway.ts";
import { type App, NO_ICON } from "./app.ts";

/** What was fetched in this window, by app and version of its icon. `undefined`: there is none. */
const fetched = new Map<string, Promise<string | undefined>>();

/**
 * The picture that an app brings or that was uploaded for it, as an address for `<img>`. Fetched once, since it needs
 * the session's proof; an app with an emoji or a drawn icon of its own choice is not asked, unless one was uploaded.
 */
export function useAppPicture(app: Pick<App, "id" | "icon" | "iconVersion">): string | undefined {
  const key = `${app.id} ${app.iconVersion ?? ""}`;
  const isWanted = app.iconVersion !== undefined || !isChosen(app.icon);
  const [picture, setPicture] = useState<string>();

  useEffect(() => {
    let isGone = false;
    setPicture(undefined);
    if (!isWanted) return;
    const [id = "", version] = key.split(" ");
    let work = fetched.get(key);
    if (!work) {
      work = fetchPicture(id, version);
      fetched.set(key, work);
    }
    work.then(
      (address) => isGone || setPicture(address),
      // Asked again when the tile is shown next.
      () => fetched.delete(key),
    );
    return () => {
      isGone = true;
    };
  }, [key, isWanted]);

  return picture;
}

function isChosen(icon: string | undefined): boolean {
  return icon !== undefined && icon !== "" && icon !== NO_ICON && !/^https?:/.test(icon);
}

async function fetchPicture(appId: string, version: string | undefined): Promise<string | undefined> {
  try {
    const { data } = await send(appFavicon, { params: { appId }, query: { v: version || undefined } });
    return data && URL.createObjectURL(data);
  } catch (error) {
    if (asFailure(error).kind === "missing") return undefined;
    throw error;
  }
}
