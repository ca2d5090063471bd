import { expect, test } from "vitest";
import { createLogger } from "../../kit/log.ts";
import { createVirtualClock } from "../../kit/virtual-clock.ts";
import {
  type CookieChange,
  changedJar,
  type JarName,
  type JarQuestion,
  type KeptCookie,
} from "../../wire/session-cookies.ts";
import { createJars } from "./jars.ts";

const NAME: JarName = { device: "device:phone", generation: 1, app: "films" };

function setUp() {
  const clock = createVirtualClock();
  const jars = createJars({ clock, log: createLogger("test", "silent") });
  const said: JarQuestion[] = [];
  const connect = () => jars.connect((message) => said.push(message));
  const set = (name: string, value: string, more: { onlyIfNew?: true; expiresAt?: number } = {}): CookieChange => {
    const { onlyIfNew, ...life } = more;
    const at = { domain: "nas.local", path: "/", hostOnly: true, secure: false, httpOnly: false } as const;
    const times = { createdAt: clock.now(), setAt: clock.now() };
    const cookie: KeptCookie = { name, value, ...at, sameSite: "Lax", ...times, ...life };
    return { kind: "set", cookie, ...(onlyIfNew && { onlyIfNew }) };
  };
  const cookieOf = (change: CookieChange) => change.cookie as KeptCookie;
  /** What the jar holds when a request gets it; undefined while it waits. */
  const open = () => {
    let seen: string | undefined;
    jars.open(NAME, ({ cookies }) => {
      seen = cookies.map(({ name, value }) => `${name}=${value}`).join(" ");
    });
    return () => seen;
  };
  const take = (cookies: KeptCookie[], taken?: number) =>
    jars.take({ type: "jar", jar: NAME, cookies, ...(taken !== undefined && { taken }) });
  const changes = () =>
    said.flatMap((message) =>
      message.type === "jar-changes" ? [message.changes.map(({ cookie }) => cookie.name).join(" ")] : [],
    );
  return { clock, jars, said, connect, set, cookieOf, open, take, changes };
}

test("the core is asked once for many requests, and what it says is kept", () => {
  const { said, connect, set, cookieOf, open, take } = setUp();
  connect();
  const requests = [open(), open()];
  expect(said).toEqual([{ type: "jar-wanted", jar: NAME }]);
  expect(requests.map((seen) => seen())).toEqual([undefined, undefined]);
  take([cookieOf(set("sid", "1"))]);
  expect([...requests, open()].map((seen) => seen())).toEqual(["sid=1", "sid=1", "sid=1"]);
  // Another edge captured something.
  take([cookieOf(set("sid", "2"))]);
  expect(open()()).toBe("sid=2");
  expect(said).toHaveLength(1);
});

test("a core that is silent delays requests by one second, once", async () => {
  const { clock, said, connect, set, cookieOf, open, take } = setUp();
  connect();
  const first = open();
  await clock.advance(999);
  expect(first()).toBeUndefined();
  await clock.advance(1);
  expect([first(), open()()]).toEqual(["", ""]);
  expect(said).toHaveLength(1);
  // It may have failed at the question: it is asked again, and nobody waits for that.
  await clock.advance(5000);
  expect([open()(), open()()]).toEqual(["", ""]);
  expect(said).toHaveLength(2);
  take([cookieOf(set("sid", "1"))]);
  expect(open()()).toBe("sid=1");
  expect(said).toHaveLength(2);
});

test("without a core: goes on with what is known, waits only for what is not, and says everything later", async () => {
  const { clock, jars, connect, set, cookieOf, open, take, changes, said } = setUp();
  connect();
  open();
  take([cookieOf(set("sid", "1"))]);
  jars.disconnect();
  jars.change(NAME, [set("lang", "en")]);
  await clock.advance(10_000);
  expect(open()()).toBe("sid=1 lang=en");
  expect(changes()).toEqual([]);
  connect();
  expect(changes()).toEqual(["lang"]);
  // The new core may know more: it is asked before the jar is used.
  const next = open();
  expect([next(), said.at(-1)]).toEqual([undefined, { type: "jar-wanted", jar: NAME }]);
  take([cookieOf(set("sid", "1")), cookieOf(set("other", "x"))]);
  expect(next()).toBe("sid=1 other=x lang=en");
});

test("a request that waits for a core is served as soon as one comes", () => {
  const { connect, set, cookieOf, open, take } = setUp();
  const seen = open();
  connect();
  take([cookieOf(set("sid", "1"))]);
  expect(seen()).toBe("sid=1");
});

test("changes: the first at once, the next ones together after a pause, until the core has taken them", async () => {
  const { clock, jars, connect, set, cookieOf, open, take, changes, said } = setUp();
  connect();
  open();
  take([]);
  jars.change(NAME, [set("sid", "1")]);
  await clock.advance(0);
  expect(changes()).toEqual(["sid"]);
  jars.change(NAME, [set("n", "1")]);
  jars.change(NAME, [set("n", "2"), set("m", "1")]);
  // What another edge said meanwhile does not hold them yet.
  take([cookieOf(set("z", "1"))]);
  expect(open()()).toBe("z=1 sid=1 n=2 m=1");
  await clock.advance(499);
  expect(changes()).toHaveLength(1);
  await clock.advance(1);
  expect(changes()).toEqual(["sid", "sid n m"]);
  const last = said.at(-1) as Extract<JarQuestion, { type: "jar-changes" }>;
  take([cookieOf(set("sid", "1"))], last.number - 1);
  // Not taken, for whatever reason: said again.
  await clock.advance(5000);
  expect(changes()).toEqual(["sid", "sid n m", "sid n m"]);
  take([], 100);
  await clock.advance(60_000);
  expect(changes()).toHaveLength(3);
  await jars.saved();
});

test("what is no news is not told: the same cookie again within a tenth of its life, or the end of one unknown", async () => {
  const { clock, jars, connect, set, cookieOf, open, take, changes } = setUp();
  connect();
  open();
  const hour = 3_600_000;
  const life = () => ({ expiresAt: clock.now() + hour });
  take([cookieOf(set("sid", "1", life())), cookieOf(set("plain", "1"))]);
  const absent = { name: "absent", domain: "nas.local", path: "/" };
  await clock.advance(hour / 20);
  jars.change(NAME, [set("sid", "1", life()), set("plain", "1"), { kind: "remove", cookie: absent }]);
  await clock.advance(1000);
  expect(changes()).toEqual([]);
  await clock.advance(hour / 20);
  jars.change(NAME, [set("sid", "1", life()), set("plain", "2")]);
  await clock.advance(1000);
  expect(changes()).toEqual(["sid plain"]);
});

test("forgetting empties jars and takes back what was not told; another pairing has another jar", async () => {
  const { clock, jars, connect, set, cookieOf, open, take, changes } = setUp();
  connect();
  open();
  take([cookieOf(set("sid", "1"))]);
  jars.change(NAME, [set("n", "1")]);
  jars.forget({ device: "device:other" });
  jars.forget({ device: NAME.device, app: "other" });
  expect(open()()).toBe("sid=1 n=1");
  jars.forget({ app: NAME.app });
  expect(open()()).toBe("");
  await clock.advance(10_000);
  expect(changes()).toEqual([]);
  take([cookieOf(set("sid", "1"))]);
  let seen: unknown;
  jars.open({ ...NAME, generation: 2 }, (jar) => {
    seen = jar;
  });
  expect(seen).toBeUndefined();
});

test("an answer to a request without a jar fills gaps and replaces nothing", () => {
  const { set, cookieOf, clock } = setUp();
  const known = [cookieOf(set("sid", "mine"))];
  const after = changedJar(
    known,
    [set("sid", "strange", { onlyIfNew: true }), set("lang", "en", { onlyIfNew: true })],
    clock.now(),
  );
  expect(after.map(({ name, value }) => [name, value])).toEqual([
    ["sid", "mine"],
    ["lang", "en"],
  ]);
});

test("a jar holds fifty cookies: the one that was set longest ago goes; one that is set again keeps its age", async () => {
  const { set, clock } = setUp();
  let jar: readonly KeptCookie[] = [];
  for (let i = 0; i < 50; i++) jar = changedJar(jar, [set(`c${i}`, "1")], clock.now());
  const born = clock.now();
  await clock.advance(1000);
  jar = changedJar(jar, [set("c0", "2"), set("one-more", "1")], clock.now());
  expect(jar).toHaveLength(50);
  expect(jar.some(({ name }) => name === "c1")).toBe(false);
  expect(jar.find(({ name }) => name === "c0")).toMatchObject({ value: "2", createdAt: born, setAt: born + 1000 });
});
