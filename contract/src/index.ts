import type { EndpointSpec } from "./endpoint.ts";
import * as account from "./endpoints/account.ts";
import * as activity from "./endpoints/activity.ts";
import * as addresses from "./endpoints/addresses.ts";
import * as apikeys from "./endpoints/apikeys.ts";
import * as appAccess from "./endpoints/app-access.ts";
import * as audit from "./endpoints/audit.ts";
import * as auth from "./endpoints/auth.ts";
import * as catalog from "./endpoints/catalog.ts";
import * as compatibility from "./endpoints/compatibility.ts";
import * as connectionTest from "./endpoints/connection-test.ts";
import * as deletions from "./endpoints/deletions.ts";
import * as devices from "./endpoints/devices.ts";
import * as discovery from "./endpoints/discovery.ts";
import * as health from "./endpoints/health.ts";
import * as icons from "./endpoints/icons.ts";
import * as notices from "./endpoints/notices.ts";
import * as notificationChannels from "./endpoints/notification-channels.ts";
import * as notificationRules from "./endpoints/notification-rules.ts";
import * as notifications from "./endpoints/notifications.ts";
import * as pairing from "./endpoints/pairing.ts";
import * as push from "./endpoints/push.ts";
import * as sessionCookies from "./endpoints/session-cookies.ts";
import * as socket from "./endpoints/socket.ts";
import * as system from "./endpoints/system.ts";
import * as webhooks from "./endpoints/webhooks.ts";

export * from "./endpoint.ts";
export { NOTIFIABLE, type Notifiable } from "./endpoints/notification-rules.ts";
export { HIDDEN_VALUE } from "./endpoints/route-options.ts";
export * from "./errors.ts";
export * from "./messages/events.ts";
export * from "./messages/socket.ts";
export * from "./shapes.ts";
export {
  account,
  activity,
  addresses,
  apikeys,
  appAccess,
  audit,
  auth,
  catalog,
  compatibility,
  connectionTest,
  deletions,
  devices,
  discovery,
  health,
  icons,
  notices,
  notificationChannels,
  notificationRules,
  notifications,
  pairing,
  push,
  sessionCookies,
  socket,
  system,
  webhooks,
};

/** Every endpoint of the contract. */
export const ENDPOINTS: readonly EndpointSpec[] = [
  health,
  auth,
  account,
  pairing,
  devices,
  sessionCookies,
  apikeys,
  audit,
  appAccess,
  catalog,
  connectionTest,
  compatibility,
  icons,
  deletions,
  discovery,
  addresses,
  socket,
  activity,
  notices,
  webhooks,
  notifications,
  notificationChannels,
  notificationRules,
  push,
  system,
].flatMap((group) => Object.values(group).filter(isEndpoint));

function isEndpoint(value: unknown): value is EndpointSpec {
  return typeof value === "object" && value !== null && "access" in value && "answers" in value;
}
