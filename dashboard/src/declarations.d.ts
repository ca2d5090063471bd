/** True in a development build: the page `/ui/kit` is there. */
declare const __KIT__: boolean;

/** The version of the gateway that this page was built for. */
declare const __VERSION__: string;

declare module "*.po" {
  import type { Messages } from "@lingui/core";
  export const messages: Messages;
}
