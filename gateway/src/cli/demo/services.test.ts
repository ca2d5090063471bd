import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { createVirtualClock } from "../../kit/virtual-clock.ts";
import { type DemoServices, startDemoServices } from "./services.ts";

const clock = createVirtualClock();
let demo: DemoServices;
beforeAll(async () => {
  demo = await startDemoServices(clock);
});
afterAll(() => demo.stop());

async function openNotes(path = "notes"): Promise<WebSocket> {
  const socket = new WebSocket(new URL(path, demo.pageUrl.replace("http", "ws")));
  await once(socket, "open");
  return socket;
}

const nextMessage = async (socket: WebSocket) => String((await once(socket, "message"))[0]);

test("the page and everything it names can be fetched below any prefix", async () => {
  const page = await (await fetch(new URL("apps/board/", demo.pageUrl))).text();
  const names = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] as string);
  expect(names).toHaveLength(3);
  for (const name of names) {
    expect(name).toMatch(/^[a-z.]+$/);
    expect((await fetch(new URL(`apps/board/${name}`, demo.pageUrl))).status).toBe(200);
  }
  expect((await fetch(new URL("missing", demo.pageUrl))).status).toBe(404);
});

test("events come one by one while the answer stays open", async () => {
  const answer = await fetch(new URL("events", demo.pageUrl));
  expect(answer.headers.get("content-type")).toBe("text/event-stream");
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
  const next = async () => new TextDecoder().decode((await reader.read()).value);
  const first = Number((await next()).replace("data: ", ""));
  await clock.advance(1000);
  expect(await next()).toBe(`data: ${first + 1}\n\n`);
  await reader.cancel();
});

test("a note comes back to its writer and to other windows, also long ones and in pieces", async () => {
  const [writer, reader] = [await openNotes(), await openNotes("apps/board/notes")];
  for (const text of ["Grüße 🐈", "x".repeat(65_535), ""]) {
    const received = Promise.all([nextMessage(writer), nextMessage(reader)]);
    writer.send(text);
    expect(await received).toEqual([text, text]);
  }
  const received = nextMessage(reader);
  writer.send("one ", { fin: false });
  writer.ping();
  writer.send("note", { fin: true });
  expect(await received).toBe("one note");
  writer.close();
  reader.close();
  await Promise.all([once(writer, "close"), once(reader, "close")]);
});

test.each([
  ["binary data", 1003, (socket: WebSocket) => socket.send(Buffer.from([1, 2]))],
  ["a frame without mask", 1002, (socket: WebSocket) => socket.send("x", { mask: false })],
  ["a message that is too long", 1009, (socket: WebSocket) => socket.send("x".repeat(65_536))],
])("%s closes the connection with a reason", async (_, code, misbehave) => {
  const socket = await openNotes();
  const closed = once(socket, "close");
  misbehave(socket);
  expect((await closed)[0]).toBe(code);
});

test("the echo tells what it was asked", async () => {
  const answer = await fetch(new URL("a/b?c=1", demo.echoUrl), {
    method: "PUT",
    headers: { "X-Test": "yes" },
    body: "hello",
  });
  expect(await answer.json()).toMatchObject({
    method: "PUT",
    url: "/a/b?c=1",
    headers: { "x-test": "yes" },
    body: "hello",
  });
});

test("stopping ends open connections instead of waiting for them", async () => {
  const other = await startDemoServices(clock);
  const socket = new WebSocket(new URL("notes", other.pageUrl.replace("http", "ws")));
  await once(socket, "open");
  const events = await fetch(new URL("events", other.pageUrl));
  const closed = once(socket, "close");
  await other.stop();
  expect((await closed)[0]).toBe(1000);
  expect(await events.text()).toMatch(/^data: /);
});
