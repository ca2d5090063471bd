import { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import { expect, test } from "vitest";
import { Upload } from "./upload.ts";

test("however much was read before an upload is held back, it waits once, and goes on once", () => {
  const sent: string[] = [];
  const socket = Object.assign(new EventEmitter(), {
    writable: true,
    cork() {},
    uncork() {},
    write(data: string | Buffer) {
      sent.push(String(data));
      return false;
    },
  });
  const calls: string[] = [];
  const request = {
    body: "length" as const,
    bytesIn: 0,
    pause: () => void calls.push("pause"),
    resume: () => void calls.push("resume"),
  };
  const way = { maxBodyBytes: Number.POSITIVE_INFINITY, requestTrailers: () => [] };
  const watch = { onProgress() {}, onTooLarge() {} };
  const upload = new Upload(request, socket as unknown as Socket, way, watch);
  for (let i = 0; i < 50; i++) upload.onData(Buffer.from(`${i} `));
  expect([socket.listenerCount("drain"), calls]).toEqual([1, ["pause"]]);
  socket.emit("drain");
  upload.onData(Buffer.from("last"));
  expect([socket.listenerCount("drain"), calls]).toEqual([1, ["pause", "resume", "pause"]]);
  expect(sent).toHaveLength(51);
});
