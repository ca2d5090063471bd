import { createECDH, randomBytes } from "node:crypto";
import { createLogger } from "../../../kit/log.ts";
import { createOutbound } from "../../../kit/outbound.ts";
import { makeAuthority } from "../../../kit/test-authority.ts";
import { startReceiver } from "../channels/test-http.ts";

/** A push service, and browsers that are subscribed there by the last part of their endpoint. */
export async function startPushService() {
  const { caPem, issue } = await makeAuthority("Test");
  const service = await startReceiver(await issue("push.test"));
  const log = createLogger("test", "silent");
  const checked = createOutbound({ resolve: async () => ["127.0.0.1"], isOwnListener: () => false, log });
  return {
    service,
    outbound: {
      ...checked,
      fetchFrom: (request: Parameters<typeof checked.fetchFrom>[0]) => checked.fetchFrom({ ...request, caPem }),
    },
    /** What a browser's `PushSubscription.toJSON()` says. */
    subscription(name: string) {
      const keys = {
        p256dh: createECDH("prime256v1").generateKeys("base64url"),
        auth: randomBytes(16).toString("base64url"),
      };
      return { endpoint: `https://push.test:${service.port}/${name}`, keys };
    },
    /** The browsers that were sent something since it was asked last. */
    told: () =>
      service.got
        .splice(0)
        .map(({ path }) => path.slice(1))
        .sort(),
  };
}
