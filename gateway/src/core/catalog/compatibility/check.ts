import type { compatibility as contract } from "@nekzus/contract";
import type { z } from "zod";
import type { Clock } from "../../../kit/clock.ts";
import { Problem } from "../../../kit/problem.ts";
import type { Principal } from "../../../wire/principal.ts";
import { missingScopes } from "../../../wire/route-access.ts";
import type { Catalog } from "../catalog.ts";
import { filledIn, presetOf, recognise } from "../presets/presets.ts";
import { createTurns } from "../turns.ts";
import { createFindings } from "./findings.ts";
import { judge } from "./verdict.ts";
import { beginVisit, type OwnListener, type TokenMaker } from "./visit.ts";
import { WALK_MS, walkThrough } from "./walk.ts";

/** What a check of an app's prefix found. */
export type PrefixReport = z.output<typeof contract.PrefixReport>;

/** Who asks, and by which public address this caller reaches the apps. */
export type PrefixAsker = { principal: Principal; appsUrl: string };

/** Checks at the same time, and how many may wait for one of these places. */
const CHECKS_AT_ONCE = 2;
const MOST_WAITING = 6;
/** Checks of one caller at the same time, and in a minute. */
const MOST_OF_ONE = 2;
const MOST_A_MINUTE = 10;

export type PrefixCheck = {
  /**
   * Checks a route. Throws `NOT_FOUND`, `VALIDATION_FAILED` for a route that is not served below a prefix, `FORBIDDEN`
   * for who may not open the app, `RATE_LIMIT_EXCEEDED` and `SERVICE_UNAVAILABLE` for too many checks; whatever the app
   * does is in the report.
   */
  check(routeId: string, asker: PrefixAsker): Promise<PrefixReport>;
  /** The same for the route that stands for an app. Throws `APP_NOT_FOUND` as well. */
  checkApp(appId: string, asker: PrefixAsker): Promise<PrefixReport>;
};

/**
 * Checks whether apps work below their prefix (20 §1.5): opens an app through our own listener, as a visitor of its route
 * gets it, reads what its page names, and tells what leaves the prefix.
 */
export function createPrefixCheck(options: {
  catalog: Pick<Catalog, "getRoute" | "getApp" | "entriesOf">;
  clock: Clock;
  /** Our own listener of the apps, as this machine reaches it. */
  listener: OwnListener;
  token: TokenMaker;
}): PrefixCheck {
  const { catalog, clock, listener, token } = options;
  const turns = createTurns({
    ...{ clock, what: "checks of a prefix", totalMs: WALK_MS, atOnce: CHECKS_AT_ONCE },
    ...{ mostWaiting: MOST_WAITING, mostOfOne: MOST_OF_ONE, mostAMinute: MOST_A_MINUTE },
  });

  async function check(routeId: string, { principal, appsUrl }: PrefixAsker): Promise<PrefixReport> {
    const stored = await catalog.getRoute(principal, routeId);
    const route = (await catalog.entriesOf(stored.appId)).find((one) => one.routeId === routeId);
    if (!route) throw refused("It is switched off. Switch it on to check it.");
    if (!route.byPath) throw refused("It is served at its own host name, where no prefix can be left.");
    const lacks = missingScopes(principal, route);
    // The report tells of the app's pages, which somebody who may not open it must not see.
    if (lacks.length) {
      throw new Problem("FORBIDDEN", `Only who may open the app can check it. It takes ${lacks.join(", ")}.`);
    }
    return turns.run(principal.id, async () => {
      const began = clock.monotonic();
      const findings = createFindings();
      const { pathBase: prefix, websocket, stripPrefix, rewriteHTML, preserveHost } = route;
      const visit = beginVisit({ listener, token, clock, appId: route.appId, host: new URL(appsUrl).host });
      const place = { prefix, helped: stripPrefix && rewriteHTML, websocket, exclude: route.excludePaths };
      const walked = await walkThrough({ visit, place, findings, clock });
      const app = await catalog.getApp({ principal, origins: { api: appsUrl, apps: appsUrl } }, route.appId);
      const known = recognise({
        image: imageOf(app.discoveryMeta?.identity),
        ...{ name: app.name, title: walked.title, headers: walked.headers },
      });
      const preset = known && filledIn(presetOf(known), { prefix, origin: new URL(appsUrl).origin });
      const all = findings.all();
      const { url, status, title, filesRead } = walked;
      return {
        ...judge(walked, all, { stripPrefix, rewriteHTML, preserveHost, websocket }, preset),
        url,
        ...(status !== undefined && { httpStatus: status }),
        ...(title !== undefined && { title }),
        filesRead,
        findings: all,
        ...(preset && { preset }),
        totalMs: Math.round(clock.monotonic() - began),
      };
    });
  }

  return {
    check,
    async checkApp(appId, asker) {
      await catalog.getApp({ principal: asker.principal, origins: { api: asker.appsUrl, apps: asker.appsUrl } }, appId);
      const [route] = await catalog.entriesOf(appId);
      if (!route) throw refused("The app has no route that is switched on.");
      return check(route.routeId, asker);
    },
  };
}

function refused(why: string): Problem {
  return new Problem("VALIDATION_FAILED", `This route cannot be checked. ${why}`);
}

/** The image in an identity that discovery gave: its last part. Undefined for what is of no container engine. */
function imageOf(identity: string | undefined): string | undefined {
  if (!identity?.startsWith("docker/")) return undefined;
  try {
    return decodeURIComponent(identity.slice(identity.lastIndexOf("/") + 1));
  } catch {
    return undefined;
  }
}
