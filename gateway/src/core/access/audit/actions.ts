/** Names of actions that differ from those of their endpoints (10 §6). `created` is for what was not there before. */
const NAMES: Readonly<Record<string, string | { created: string; changed: string }>> = {
  "auth.login": "signin",
  "auth.logout": "signout",
  "auth.lift-lockout": "lockout.lifted",
  "auth.setup": "setup.completed",
  "auth.password": "password.changed",
  "auth.pair": "device.paired",
  pair: "pairing.fetched",
  "auth.qr": "pairing.created",
  "pairings.create": "pairing.created",
  "pairings.approve": "pairing.approved",
  "pairings.delete": "pairing.denied",
  "devices.patch": "device.updated",
  "admin.device-patch": "device.updated",
  "devices.delete": "device.revoked",
  "admin.device-delete": "device.revoked",
  "devices.clear-session-cookies": "cookies.forgotten",
  "session-cookies.clear": "cookies.forgotten",
  "session-cookies.clear-app": "cookies.forgotten",
  "apikeys.create": "apikey.created",
  "apikeys.rotate": "apikey.rotated",
  "apikeys.delete": "apikey.revoked",
  "apps.put": { created: "app.registered", changed: "app.updated" },
  "apps.patch": "app.updated",
  "apps.delete": "app.deleted",
  "routes.put": { created: "route.created", changed: "route.updated" },
  "routes.patch": "route.updated",
  "routes.delete": "route.deleted",
  "routes.cache-purge": "route.cache-emptied",
  "deletions.restore": "deletion.restored",
  "proposals.approve": "proposal.approved",
  "proposals.dismiss": "proposal.dismissed",
  "proposals.restore": "proposal.restored",
  "channels.create": "channel.created",
  "channels.put": "channel.updated",
  "channels.delete": "channel.deleted",
  "channels.test": "channel.tested",
  "rules.create": "rule.created",
  "rules.put": "rule.updated",
  "rules.delete": "rule.deleted",
  "push.subscribe": "push.subscribed",
  "push.unsubscribe": "push.unsubscribed",
  "sessions.end": "session.ended",
  "sessions.end-others": "session.ended",
};

/** Calls that change nothing anybody would look for here: tests, one's own preferences, the way into an app. */
const UNRECORDED: ReadonlySet<string> = new Set([
  "routes.test",
  "preferences.patch",
  "notices.read",
  "auth.hand-over",
  "auth.hand-over-host",
  "auth.refresh",
  // Webhooks have a log of their own.
  "webhooks.activity",
  "webhooks.notify",
  "webhooks.replay",
]);

/** Calls by which somebody tries to get in: also recorded when they fail without a credential. */
const ENTRANCES: ReadonlySet<string> = new Set(["auth.login", "auth.setup", "pair", "auth.pair", "auth.password"]);

/** The action of a call; undefined when it is not recorded. */
export function actionOf({ id, method }: { id: string; method: string }, existed: boolean): string | undefined {
  if ((method === "GET" && id !== "auth.qr") || UNRECORDED.has(id)) return undefined;
  const name = NAMES[id] ?? id;
  if (typeof name === "string") return name;
  return existed ? name.changed : name.created;
}

/** Is this a way in? */
export function isEntrance(id: string): boolean {
  return ENTRANCES.has(id);
}

/** Commands of the command line that are recorded, and as what. */
export const COMMANDS: Readonly<Record<string, string>> = {
  "user.add": "user.added",
  "user.password": "password.changed",
  "user.sign-out": "session.ended",
  "user.unlock": "lockout.lifted",
  "pair.create": "pairing.created",
  "key.add": "apikey.created",
  "key.rotate": "apikey.rotated",
  "key.revoke": "apikey.revoked",
  "route.purge": "route.cache-emptied",
  "channel.test": "channel.tested",
};
