import { EVENTS, type EventType } from "@nekzus/contract";
import { grants } from "../../kit/scopes.ts";
import { countingScopes, type Opener } from "../../wire/route-access.ts";

/** Who may read everything sees every event. */
export const READ_ALL = "read:*";
const OF_APP = "access:";

/** Who reads or hears. */
export type Viewer = Opener;

/** Who may see something. */
export type Audience = {
  /** What it takes, beside `read:*`. */
  scope: string;
  /** It is about an app that was sensitive when it happened, which may be gone or be so no more. */
  sensitive: boolean;
};

/** Tells who may see what, by the apps that are sensitive at the moment of asking. */
export type Audiences = {
  /** The audience of something that happens now. */
  of(scope: string): Audience;
  /**
   * May somebody see it? Of an app that was sensitive when it happened, or is so now, a device hears only when it was
   * given the app by name, as it opens it (ruling R7).
   */
  maySee(who: Viewer, audience: Audience): boolean;
  /** The scopes of the apps that are sensitive now. */
  sensitiveScopes(): string[];
};

/** Makes the judge of audiences. */
export function createAudiences(sensitiveApps: () => ReadonlySet<string>): Audiences {
  const isSensitive = (scope: string) => scope.startsWith(OF_APP) && sensitiveApps().has(scope.slice(OF_APP.length));
  return {
    of: (scope) => ({ scope, sensitive: isSensitive(scope) }),
    maySee(who, { scope, sensitive }) {
      const held = countingScopes(who, sensitive || isSensitive(scope));
      return grants(held, READ_ALL) || grants(held, scope);
    },
    sensitiveScopes: () => [...sensitiveApps()].map((id) => OF_APP + id),
  };
}

/** The scope it takes to see an event. A type that is unknown here is for those who may read everything. */
export function scopeOf(type: string, { appId }: { appId?: unknown }): string {
  return Object.hasOwn(EVENTS, type) ? EVENTS[type as EventType].scope.replace("{appId}", String(appId)) : READ_ALL;
}
