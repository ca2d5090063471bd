import { z } from "zod";
import { empty, endpoint, localOr } from "../endpoint.ts";
import { AppId } from "../shapes.ts";

/** The largest image that is kept, in bytes. */
export const ICON_BYTES = 400_000;

const iconParams = z.object({ appId: AppId });

export const iconPut = endpoint({
  id: "icons.put",
  method: "PUT",
  path: "/api/v1/apps/{appId}/icon",
  summary: "Give an app an icon of your own",
  description:
    "The kind of image is told by its bytes: PNG, JPEG, GIF, WebP, ICO or SVG, at most 400 kB. " +
    "From then on `/api/v1/apps/{appId}/favicon` answers this image, whatever the app itself offers.",
  access: localOr("write:*"),
  limit: "general",
  params: iconParams,
  body: z.object({
    image: z
      .string()
      .min(1)
      .max(Math.ceil(ICON_BYTES / 3) * 4, "larger than 400 kB: make the image smaller, 256 by 256 pixels are plenty")
      .describe("The bytes of the image as base64 text, without `data:` before it."),
  }),
  answers: { 200: z.object({ message: z.string(), iconVersion: z.string().describe("As in the app.") }) },
  errors: ["APP_NOT_FOUND"],
});

export const iconDelete = endpoint({
  id: "icons.delete",
  method: "DELETE",
  path: "/api/v1/apps/{appId}/icon",
  summary: "Go back to the icon that the app itself offers",
  access: localOr("write:*"),
  limit: "general",
  params: iconParams,
  answers: { 204: empty },
  errors: ["APP_NOT_FOUND"],
});
