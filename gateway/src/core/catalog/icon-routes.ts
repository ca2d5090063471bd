import { icons as contract } from "@nekzus/contract";
import { type Binding, bind } from "../http/binding.ts";
import type { IconUploads } from "./icon-uploads.ts";

/** Binds the icons that people upload. */
export function iconRoutes(uploads: IconUploads): Binding[] {
  return [
    bind(contract.iconPut, async ({ params, body }) => {
      const { kind, version } = await uploads.upload(params.appId, body.image);
      return { body: { message: `The app now has this ${kind} image as its icon.`, iconVersion: version } };
    }),
    bind(contract.iconDelete, async ({ params }) => {
      await uploads.remove(params.appId);
      return {};
    }),
  ];
}
