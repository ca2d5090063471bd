import type { EndpointRequest, push } from "@nekzus/contract";
import { keepOwnSubscription } from "./own-subscription.ts";

/** The script that shows messages while no page is open. Its folder is its scope: it controls no page. */
const WORKER = "/assets/push-worker.js";

type SubscriptionBody = EndpointRequest<typeof push.pushSubscribe>["body"];

/** Why a browser does not take messages. */
export type PushObstacle = "unsupported" | "denied" | "untrusted" | "service";

/** Has this browser what it takes? Outside of a secure page, and on iPhones outside of an installed one, it has not. */
export function hasPush(): boolean {
  return "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
}

/** Asks the person and the browser's push service. Answers what the gateway needs, or what stands in the way. */
export async function subscribeHere(publicKey: string): Promise<SubscriptionBody | PushObstacle> {
  if (!hasPush()) return "unsupported";
  if ((await Notification.requestPermission()) !== "granted") return "denied";
  let registration: ServiceWorkerRegistration;
  try {
    registration = await navigator.serviceWorker.register(workerAddress(), { updateViaCache: "none" });
    await active(registration);
  } catch {
    return "untrusted";
  }
  try {
    const options = { userVisibleOnly: true, applicationServerKey: publicKey };
    const old = await registration.pushManager.getSubscription();
    // One that was made for another key, such as of a gateway that was set up anew, takes no other.
    if (old) await old.unsubscribe();
    return bodyOf(await registration.pushManager.subscribe(options));
  } catch {
    return "service";
  }
}

/** What the gateway needs of the subscription that this browser has; undefined when it has none. */
export async function subscribedHere(): Promise<SubscriptionBody | undefined> {
  if (!hasPush()) return undefined;
  const registration = await navigator.serviceWorker.getRegistration(WORKER);
  const subscription = await registration?.pushManager.getSubscription();
  return subscription ? bodyOf(subscription) : undefined;
}

/** Ends it in the browser. */
export async function unsubscribeHere(): Promise<void> {
  keepOwnSubscription("");
  if (!hasPush()) return;
  const registration = await navigator.serviceWorker.getRegistration(WORKER);
  await (await registration?.pushManager.getSubscription())?.unsubscribe();
  await registration?.unregister();
}

function bodyOf(subscription: PushSubscription): SubscriptionBody {
  const { endpoint = "", keys = {} } = subscription.toJSON();
  return { endpoint, keys: { p256dh: keys.p256dh ?? "", auth: keys.auth ?? "" } };
}

/** The page's policy takes addresses of scripts only from a policy of ours (Trusted Types). */
function workerAddress(): string {
  const { trustedTypes } = window as { trustedTypes?: { createPolicy(name: string, rules: object): Policy } };
  return trustedTypes?.createPolicy("nekzus-worker", { createScriptURL: () => WORKER }).createScriptURL("") ?? WORKER;
}

type Policy = { createScriptURL(text: string): string };

async function active({ installing, waiting, active }: ServiceWorkerRegistration): Promise<void> {
  const worker = installing ?? waiting;
  if (active || !worker) return;
  await new Promise<void>((done, fail) => {
    worker.addEventListener("statechange", () => {
      if (worker.state === "activated") done();
      else if (worker.state === "redundant") fail(new Error("The worker was given up."));
    });
  });
}
