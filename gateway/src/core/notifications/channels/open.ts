import type { Network } from "../../../kit/addresses.ts";
import type { Clock } from "../../../kit/clock.ts";
import type { GuardedOutbound } from "../../../kit/outbound.ts";
import type { Vapid } from "../push/vapid.ts";
import type { Channel } from "./channel.ts";
import { createMailChannel, type MailSettings } from "./mail.ts";
import type { WebhookSettings } from "./presets.ts";
import { createPushChannel, type PushAddress } from "./push.ts";
import type { StoredChannel } from "./store.ts";
import { createWebhookChannel } from "./webhook.ts";

/** Makes the ways out of what is stored. */
export function createOpener(parts: {
  outbound: GuardedOutbound;
  networks: () => readonly Network[];
  vapid(): Promise<Vapid>;
  clock: Clock;
}) {
  const { outbound, clock, networks } = parts;
  return {
    /** A channel that has one recipient: mail or webhook; undefined for the others. */
    channel({ kind, settings, secrets }: StoredChannel): Channel | undefined {
      if (kind === "mail") {
        const mail = { ...settings, password: secrets.password ?? "" } as MailSettings;
        return createMailChannel({ settings: mail, outbound });
      }
      if (kind !== "webhook") return undefined;
      const { url = "", secret = "", token = "" } = secrets;
      const webhook = { ...settings, url, secret, token } as WebhookSettings;
      return createWebhookChannel({ settings: webhook, outbound, networks: networks(), clock });
    },

    /** The way to one browser. */
    async browser(address: PushAddress): Promise<Channel> {
      return createPushChannel({ address, vapid: await parts.vapid(), outbound, networks: networks(), clock });
    },
  };
}

export type Opener = ReturnType<typeof createOpener>;
