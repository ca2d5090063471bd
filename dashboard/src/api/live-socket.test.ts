import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Channel, createLiveSocket, type LiveMessage } from "./live-socket.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

type Opened = Channel & { said: { type: string; data: Record<string, unknown> }[]; closed: boolean };

/** A page and its gateway, which a test plays. The worst luck makes every pause the longest. */
function page() {
  const opened: Opened[] = [];
  const heard: LiveMessage[] = [];
  const world = { proof: "p1", mayTry: true, gaps: 0, live: false, lost: [] as number[] };
  const socket = createLiveSocket({
    open() {
      const channel = {
        readyState: 1,
        said: [],
        closed: false,
        send: (text: string) => channel.said.push(JSON.parse(text)),
        close: () => {
          channel.closed = true;
        },
      } as unknown as Opened;
      opened.push(channel);
      return channel;
    },
    proof: () => world.proof,
    mayTry: () => world.mayTry,
    random: () => 1,
    onMessage: (message) => heard.push(message),
    onGap: () => world.gaps++,
    onState(isLive) {
      world.live = isLive;
    },
    onLost: (code) => world.lost.push(code),
  });
  const channel = () => opened.at(-1) as Opened;
  const tell = (type: string, data: object = {}, number?: number) =>
    channel().onmessage?.call(channel() as never, { data: JSON.stringify({ type, data, number }) } as MessageEvent);
  const open = () => channel().onopen?.call(channel() as never, {} as Event);
  const lose = (code: number) => channel().onclose?.call(channel() as never, { code } as CloseEvent);
  return { socket, opened, heard, world, channel, tell, open, lose };
}

const numbers = (messages: LiveMessage[]) => messages.flatMap(({ number }) => number ?? []);

test("it signs in with the proof, and after a break asks for what came after the last event", async () => {
  const { socket, opened, heard, world, channel, tell, open, lose } = page();
  socket.start();
  open();
  expect(channel().said).toEqual([{ type: "auth", data: { proof: "p1" } }]);
  tell("hello", { latest: 7 });
  expect(world.live).toBe(true);
  tell("app_removed", {}, 8);
  lose(1001);
  expect([world.live, world.lost]).toEqual([false, [1001]]);
  await vi.advanceTimersByTimeAsync(360);
  open();
  expect([opened.length, channel().said[0]?.data]).toEqual([2, { proof: "p1", after: 8 }]);
  tell("hello", { latest: 9 });
  tell("app_removed", {}, 8);
  tell("app_removed", {}, 9);
  expect(numbers(heard)).toEqual([8, 9]);
});

test("five restarts in a row leave one connection each time, whatever asks for it meanwhile", async () => {
  const { socket, opened, world, tell, open, lose } = page();
  socket.start();
  for (let restart = 1; restart <= 5; restart++) {
    open();
    tell("hello", { latest: 0 });
    world.mayTry = false;
    lose(1006);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(opened.length).toBe(restart);
    world.mayTry = true;
    for (let i = 0; i < 20; i++) socket.retryNow();
    expect(opened.length).toBe(restart + 1);
  }
});

test("a connection that falls silent is asked, then given up; pauses grow to six seconds and no further", async () => {
  const { socket, opened, world, channel, tell, open, lose } = page();
  socket.start();
  open();
  tell("hello", { latest: 0 });
  const silent = channel();
  await vi.advanceTimersByTimeAsync(25_000);
  expect(silent.said.at(-1)?.type).toBe("ping");
  await vi.advanceTimersByTimeAsync(10_000);
  expect([silent.closed, world.live]).toEqual([true, false]);
  for (let i = 0; i < 10; i++) {
    const before = opened.length;
    await vi.advanceTimersByTimeAsync(6_000);
    expect(opened.length).toBe(before + 1);
    lose(1006);
  }
});

test("what is not kept any more is a gap; another person begins anew", () => {
  const { socket, world, channel, tell, open } = page();
  socket.start();
  open();
  tell("hello", { latest: 3 });
  tell("gap", { after: 3, latest: 90 });
  expect(world.gaps).toBe(1);
  socket.stop();
  world.proof = "p2";
  socket.start();
  open();
  expect(channel().said).toEqual([{ type: "auth", data: { proof: "p2" } }]);
});
