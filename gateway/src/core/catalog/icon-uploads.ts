import { icons as contract } from "@nekzus/contract";
import { Problem } from "../../kit/problem.ts";
import type { Storage } from "../storage/storage.ts";
import { type Icon, iconVersion, imageType } from "./icon-images.ts";
import * as store from "./icon-store.ts";
import { readApp } from "./store.ts";

/** What people may upload, by media type, with the name that they know it by. */
const ACCEPTED: Readonly<Record<string, string>> = {
  "image/png": "PNG",
  "image/jpeg": "JPEG",
  "image/gif": "GIF",
  "image/webp": "WebP",
  "image/x-icon": "ICO",
  "image/svg+xml": "SVG",
};

export type IconUploads = ReturnType<typeof createIconUploads>;

/** Icons that people upload for apps. Kept as they came; what may be uploaded is told by the bytes alone. */
export function createIconUploads({ storage }: { storage: Storage }) {
  async function change(appId: string, icon: Icon | undefined): Promise<void> {
    await storage.write(async (tx) => {
      if (!(await readApp(tx, appId))) throw new Problem("APP_NOT_FOUND", `No app has the id "${appId}".`);
      if (icon) await store.writeIcon(tx, appId, icon);
      else await store.removeIcon(tx, appId);
      await store.removeOrphanIcons(tx);
    });
  }

  return {
    /** Clears away what deleted apps left behind. */
    start: (): Promise<void> => storage.write(store.removeOrphanIcons),

    /** The version of an app's uploaded icon; undefined when there is none. */
    version: (appId: string): Promise<string | undefined> => store.readIconVersion(storage.db, appId),

    /** An app's uploaded icon; undefined when there is none. */
    read: (appId: string): Promise<Icon | undefined> => store.readIcon(storage.db, appId),

    /**
     * Gives an app an icon, which is base64 text, and answers its kind and version. Throws `APP_NOT_FOUND`, and
     * `VALIDATION_FAILED` for what is no image of an accepted kind or larger than 400 kB.
     */
    async upload(appId: string, text: string): Promise<{ kind: string; version: string }> {
      const body = decode(text);
      const type = imageType(body);
      const kind = type && ACCEPTED[type];
      if (!kind) throw refused(`this is no image of a kind that is accepted: ${Object.values(ACCEPTED).join(", ")}`);
      const version = iconVersion(body);
      await change(appId, { body, type, version });
      return { kind, version };
    },

    /** Goes back to what the app itself offers. Throws `APP_NOT_FOUND`. */
    remove: (appId: string): Promise<void> => change(appId, undefined),
  };
}

function decode(text: string): Buffer {
  // Tools that write base64 break its lines.
  const bare = text.replace(/[\r\n]+/g, "");
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(bare)) throw refused("give the image as base64 text, without `data:` before it");
  const bytes = Buffer.from(bare, "base64");
  if (bytes.length <= contract.ICON_BYTES) return bytes;
  throw refused(`larger than ${contract.ICON_BYTES / 1000} kB: make the image smaller, 256 by 256 pixels are plenty`);
}

function refused(reason: string): Problem {
  return new Problem("VALIDATION_FAILED", `The icon was not changed: ${reason}.`, [{ path: "image", reason }]);
}
