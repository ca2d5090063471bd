import { pushState, pushSubscribe } from "../../api/endpoints.gen.ts";
import { send } from "../../api/gateway.ts";
import { keepOwnSubscription, ownSubscription } from "./own-subscription.ts";
import { subscribedHere } from "./push-browser.ts";

/**
 * Lets the messages to this browser belong to the session that it has now, with which they end. What the person ended, or
 * has under another name, stays as it is.
 */
export async function takePushAlong(): Promise<void> {
  if (!ownSubscription()) return;
  const { data } = await send(pushState);
  const own = data?.subscriptions.find(({ id }) => id === ownSubscription());
  if (!own || own.current) return;
  const body = await subscribedHere();
  if (!body) return;
  const reply = await send(pushSubscribe, { body });
  keepOwnSubscription(reply.data.id);
}
