import { expect, test } from "vitest";
import { createVirtualClock } from "../../kit/virtual-clock.ts";
import type { RouteEntry } from "../../wire/snapshot.ts";
import { readHead } from "../decide/head.ts";
import type { Receiver } from "../forward/connection.ts";
import { createForwarder, type Forwarder, type Passage, type Way } from "../forward/forward.ts";
import type { Pool } from "../forward/pool.ts";
import type { ClientRequest } from "../listen/client.ts";
import { testRoute } from "../test-route.ts";
import { createAnswerCache } from "./cache.ts";
import { Nobody } from "./nobody.ts";

const CACHE = { ttlMs: 60_000, maxBytes: 1000 };

/** A cache before an app that answers when the test says so. */
function cacheOf() {
  const clock = createVirtualClock();
  const asked: Receiver[] = [];
  const results: string[] = [];
  const exchange = () => ({ answerBegan: undefined, clientGone() {}, abort() {}, giveUp() {} });
  const passage = { heldUp: false, onHead() {}, onData: () => true, onPause() {}, onEnd() {} } as unknown as Passage;
  const forwarder: Forwarder = {
    forward(_request, _way, _head, _onFault, before) {
      if (before) asked.push(before(passage));
      return exchange();
    },
    replay(_request, _way, answer) {
      answer.released();
      return exchange();
    },
    stop() {},
  };
  const cache = createAnswerCache(forwarder, clock);
  return {
    cache,
    clock,
    asked,
    results,
    use: (route: RouteEntry) => cache.use({ routes: [route], cacheMemory: 100_000 }),
    ask(route: RouteEntry) {
      const at = results.push("waits") - 1;
      return cache.exchange({
        request: { method: "GET", body: "none", abort() {} } as unknown as ClientRequest,
        route,
        options: CACHE,
        way: {} as Way,
        target: "/",
        headers: ["Host", "app.home"],
        onResult: (result) => {
          results[at] = result;
        },
        onFault: () => {},
        onStandIn: () => {},
        onNotKept: () => {},
      });
    },
    /** The app answers the request with this number. */
    answer(number: number) {
      asked[number]?.onHead(200, "OK", [], 0);
      asked[number]?.onEnd([]);
    },
  };
}

const routeTo = (port: number) => {
  const route = testRoute({ cache: CACHE });
  return { ...route, upstream: { ...route.upstream, port } };
};

test("who waits while the route changes is not answered with what the new app says, nor keeps what the old one says", () => {
  const { use, ask, answer, asked, results } = cacheOf();
  const [old, now] = [routeTo(1), routeTo(2)];
  use(old);
  ask(old);
  ask(old);
  expect(results).toEqual(["miss", "waits"]);
  use(now);
  answer(0);
  expect(results).toEqual(["miss", "bypass"]);
  answer(1);
  ask(now);
  expect(results[2]).toBe("miss");
  answer(2);
  ask(now);
  expect(results[3]).toBe("hit");
  expect(asked).toHaveLength(3);
});

test("what is kept stays when a new snapshot has the same route, and goes with the route or the memory", () => {
  const { cache, use, ask, answer, results } = cacheOf();
  const first = routeTo(1);
  use(first);
  ask(first);
  answer(0);
  const second = routeTo(1);
  use(second);
  ask(second);
  expect(results).toEqual(["miss", "hit"]);
  cache.use({ routes: [], cacheMemory: 100_000 });
  expect(cache.take().bytes).toBe(0);
  use(second);
  ask(second);
  answer(1);
  expect(cache.take().bytes).toBeGreaterThan(0);
  cache.use({ routes: [second], cacheMemory: 0 });
  expect(cache.take().bytes).toBe(0);
});

test("nobody waits for longer than three seconds, and who leaves while waiting is not asked for", async () => {
  const { clock, use, ask, asked, results } = cacheOf();
  const route = routeTo(1);
  use(route);
  ask(route);
  ask(route);
  ask(route).clientGone();
  await clock.advance(2999);
  expect(results).toEqual(["miss", "waits", "waits"]);
  await clock.advance(1);
  expect(results).toEqual(["miss", "miss", "waits"]);
  expect(asked).toHaveLength(2);
});

test("when the one who asks leaves, the next in line asks for all others", () => {
  const { use, ask, answer, asked, results } = cacheOf();
  const route = routeTo(1);
  use(route);
  const first = ask(route);
  ask(route);
  ask(route);
  first.clientGone();
  expect(results).toEqual(["miss", "miss", "waits"]);
  answer(1);
  expect(results).toEqual(["miss", "miss", "hit"]);
  expect(asked).toHaveLength(2);
});

test("an app that leaves a refresh lying is given up and asked again, though its route sets no limit", async () => {
  const clock = createVirtualClock();
  const sent: { to?: Receiver; destroyed: boolean }[] = [];
  const take = () => {
    const connection = {
      destroyed: false,
      send(_method: string, _head: string, to: Receiver) {
        sent.push(Object.assign(connection, { to }));
      },
      destroy() {
        connection.destroyed = true;
      },
    };
    return connection;
  };
  const cache = createAnswerCache(createForwarder({ take } as unknown as Pool, clock), clock);
  const route = routeTo(1);
  cache.use({ routes: [route], cacheMemory: 100_000 });
  const results: string[] = [];
  const ask = () =>
    cache.exchange({
      request: new Nobody({ target: "/", head: readHead([]), headers: [] }, () => {}) as unknown as ClientRequest,
      route,
      options: CACHE,
      way: {
        idleTimeoutMs: 0,
        headerTimeoutMs: 1000,
        answerHeaders: (raw: readonly string[]) => [...raw],
      } as Partial<Way> as Way,
      target: "/",
      headers: ["Host", "app.home"],
      onResult: (result) => void results.push(result),
      onFault: () => {},
      onStandIn: () => {},
      onNotKept: () => {},
    });
  const rule = ["Cache-Control", "max-age=1, stale-while-revalidate=86400"];
  ask();
  sent[0]?.to?.onHead(200, "OK", rule, 0);
  sent[0]?.to?.onEnd([]);
  await clock.advance(2_000);
  ask();
  sent[1]?.to?.onHead(200, "OK", rule, 100);
  await clock.advance(30_000);
  expect([results, sent.map(({ destroyed }) => destroyed)]).toEqual([
    ["miss", "stale"],
    [false, false],
  ]);
  await clock.advance(60_000);
  expect(sent[1]?.destroyed).toBe(true);
  ask();
  expect(sent).toHaveLength(3);
});
