import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createVirtualClock } from "../../kit/virtual-clock.ts";
import type { Connection } from "./connection.ts";
import type { UpstreamFault } from "./fault.ts";
import { createPool } from "./pool.ts";

/** An app that answers each request at once, with a pool to it; `opened` are its ends of the connections. */
async function setUp(limits?: { connections: number; webSockets?: number; inAll?: number }) {
  const clock = createVirtualClock();
  const pool = createPool(clock, limits?.inAll);
  if (limits) pool.limit({ webSockets: 1000, ...limits });
  const opened: Socket[] = [];
  const server = createServer((socket) => {
    opened.push(socket);
    socket.on("error", () => {});
    socket.on("data", () => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  onTestFinished(() => {
    pool.close();
    for (const socket of opened) socket.destroy();
    server.close();
  });
  let dialled = 0;
  const open = async () => {
    dialled++;
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => {});
    await once(socket, "connect");
    return socket;
  };
  const take = (key = "app", repeatable = true) => pool.take(key, open, repeatable);
  return { clock, pool, open, take, opened, dialled: () => dialled };
}

/** Sends a request, after whose answer the connection is free again. */
function use(connection: Connection): Promise<void> {
  return new Promise((done, fail) => {
    connection.send("GET", "GET / HTTP/1.1\r\nHost: app\r\n\r\n", {
      onInformational() {},
      onHead() {},
      onData: () => true,
      onPause() {},
      onEnd: () => done(),
      onUpgrade: () => fail(new Error("nobody asked for an upgrade")),
      onFault: fail,
    });
  });
}

const settled = () => new Promise((done) => setTimeout(done, 30));
const kindOf = (promise: Promise<unknown> | unknown) =>
  Promise.resolve(promise).then(
    () => "kept",
    (fault: UpstreamFault) => fault.kind,
  );

test("a free connection is there at once, the one used last first", async () => {
  const { take } = await setUp();
  const [first, second] = await Promise.all([take(), take()]);
  await use(first);
  await use(second);
  expect(take()).toBe(second);
  expect(take()).toBe(first);
});

test("a connection idle for long serves only what may be repeated, and then nothing", async () => {
  const { clock, take, dialled } = await setUp();
  const first = await take();
  await use(first);
  await clock.advance(2000);
  const other = await take("app", false);
  expect(other).not.toBe(first);
  expect(take()).toBe(first);
  await use(first);
  await clock.advance(66_000);
  expect(first.alive).toBe(false);
  expect(dialled()).toBe(2);
});

test("at the limit requests wait in line, and are served in the order in which they came", async () => {
  const { take, dialled } = await setUp({ connections: 2 });
  const [first, second] = await Promise.all([take(), take()]);
  const served: number[] = [];
  const waiting = [0, 1, 2].map(async (number) => {
    const connection = await take();
    served.push(number);
    return connection;
  });
  await settled();
  expect(served).toEqual([]);
  await use(first);
  expect(await waiting[0]).toBe(first);
  // One that breaks makes room as well.
  second.destroy();
  await use((await waiting[1]) as Connection);
  await waiting[2];
  expect(served).toEqual([0, 1, 2]);
  expect(dialled()).toBe(3);
});

test("whoever waits too long, or finds too many waiting, is told that the app is overloaded", async () => {
  const { clock, take } = await setUp({ connections: 1 });
  const only = await take();
  const waiting = Array.from({ length: 1024 }, () => kindOf(take()));
  expect(await kindOf(take())).toBe("overloaded");
  // The gateway's own core is no app.
  expect(await Promise.all([kindOf(take("core")), kindOf(take("core"))])).toEqual(["kept", "kept"]);
  await clock.advance(10_000);
  expect(new Set(await Promise.all(waiting))).toEqual(new Set(["overloaded"]));
  await use(only);
  expect(take()).toBe(only);
});

test("a burst for which there is room is served, though not all of it connects at the same moment", async () => {
  const { pool, take } = await setUp({ connections: 1200 });
  const never = () => new Promise<Socket>(() => {});
  const burst = Array.from({ length: 1200 }, () => pool.take("app", never, true)) as Promise<Connection>[];
  const outcomes = burst.map((promised) => Promise.race([kindOf(promised), settled()]));
  expect(new Set(await Promise.all(outcomes))).toEqual(new Set([undefined]));
  expect((await take("other")).alive).toBe(true);
});

test("whoever gives up leaves the line, and what was opened for it goes to the next", async () => {
  const { pool, open, take, opened } = await setUp({ connections: 1 });
  const only = await take();
  const [gone, next] = [take(), take()] as [Promise<Connection>, Promise<Connection>];
  pool.cancel(gone);
  await use(only);
  expect(await next).toBe(only);

  const opening = pool.take("other", open, true) as Promise<Connection>;
  const behind = pool.take("other", open, true);
  pool.cancel(opening);
  const got = await behind;
  expect(got.alive).toBe(true);
  const alone = pool.take("third", open, true) as Promise<Connection>;
  pool.cancel(alone);
  await expect.poll(() => opened.filter((socket) => !socket.destroyed).length).toBe(2);
});

test("a dead upstream holds few sockets, and others are served meanwhile", async () => {
  const { pool, take } = await setUp({ connections: 256 });
  let opening = 0;
  const never = () => {
    opening++;
    return new Promise<Socket>(() => {});
  };
  const dead = Array.from({ length: 200 }, () => pool.take("dead", never, true));
  expect(dead).toHaveLength(200);
  expect(opening).toBe(64);
  expect((await take()).alive).toBe(true);
});

test("failures of opening go to those who wait, one each", async () => {
  const { pool, take } = await setUp({ connections: 2 });
  let tries = 0;
  const refuse = async () => {
    tries++;
    throw new Error("refused");
  };
  const all = Array.from({ length: 5 }, () => kindOf(pool.take("app", refuse, true)));
  await Promise.all(all);
  expect(tries).toBe(5);
  expect((await take()).alive).toBe(true);
});

test("300 open WebSockets of an app leave its requests all their connections", async () => {
  const { pool, open, take } = await setUp({ connections: 4, webSockets: 300 });
  const tunnels = await Promise.all(Array.from({ length: 300 }, () => pool.openTunnel("app", open)));
  expect(await kindOf(pool.openTunnel("app", open))).toBe("overloaded");
  const requests = await Promise.all([take(), take(), take(), take()]);
  await Promise.all(requests.map(use));
  expect(take()).toBeDefined();
  tunnels[0]?.socket.destroy();
  await expect.poll(() => kindOf(pool.openTunnel("app", open))).toBe("kept");
});

test("at the limit of all upstreams together the oldest idle connection makes room", async () => {
  const { clock, take, pool, open } = await setUp({ connections: 10, inAll: 2 });
  const [old, young] = await Promise.all([take("old"), take("young")]);
  await use(old);
  await clock.advance(100);
  await use(young);
  const third = await take("third");
  expect([old.alive, young.alive, third.alive]).toEqual([false, true, true]);
  // Nothing is idle any more: whoever comes now waits for the first that is done, of whatever upstream.
  expect(take("young")).toBe(young);
  const fourth = pool.take("fourth", open, true);
  await use(young);
  expect((await fourth).alive).toBe(true);
  expect(young.alive).toBe(false);
});

test("connections to an upstream that no route names any more are closed, those in use when they are done", async () => {
  const { pool, take, open } = await setUp();
  const [kept, idle, busy] = await Promise.all([take("kept"), take("gone"), take("gone")]);
  await use(kept);
  await use(idle);
  pool.retain(new Set(["kept"]));
  expect([kept.alive, idle.alive, busy.alive]).toEqual([true, false, true]);
  await use(busy);
  expect(busy.alive).toBe(false);
  // A route that comes back has its connections again.
  pool.retain(new Set(["kept", "gone"]));
  const back = await pool.take("gone", open, true);
  await use(back);
  expect(take("gone")).toBe(back);
});

test("a replacement for a stale connection does not wait", async () => {
  const { pool, open, take } = await setUp({ connections: 1 });
  const first = await take();
  expect(await pool.open("app", open)).not.toBe(first);
});
