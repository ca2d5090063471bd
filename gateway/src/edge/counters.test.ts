import { expect, test } from "vitest";
import { createCounters } from "./counters.ts";

test("what was counted is handed over once, what is open stays until it ends", () => {
  const counters = createCounters();
  counters.began("files", "files");
  counters.began("files", "files");
  counters.answered("files", "files", 206, 120, 10, 2000);
  counters.upstreamFault("files", "files", "timeout");
  counters.refused("UNAUTHORIZED");
  counters.linesLost(3);
  expect(counters.take()).toMatchObject({
    routes: [
      {
        routeId: "files",
        appId: "files",
        byClass: [0, 0, 1, 0, 0, 0],
        durationMsSum: 120,
        durationBuckets: [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0],
        bytesIn: 10,
        bytesOut: 2000,
        upstreamErrors: { timeout: 1 },
        activeRequests: 1,
        activeWebSockets: 0,
      },
    ],
    refused: { UNAUTHORIZED: 1 },
    linesLost: 3,
  });
  // A stream that says nothing is reported as long as it lasts, and its end once.
  for (let i = 0; i < 3; i++) {
    expect(counters.take()).toMatchObject({
      routes: [{ activeRequests: 1, bytesOut: 0, byClass: [0, 0, 0, 0, 0, 0], upstreamErrors: {} }],
      refused: {},
      linesLost: 0,
    });
  }
  counters.answered("files", "files", 200, 1, 0, 0);
  expect(counters.take().routes).toMatchObject([{ activeRequests: 0 }]);
  expect(counters.take().routes).toEqual([]);
});

test("WebSockets are counted as they open, fail and close, and their hours stay out of the requests' durations", () => {
  const counters = createCounters();
  for (let i = 0; i < 3; i++) counters.began("chat", "chat");
  counters.webSocketOpened("chat", "chat");
  counters.webSocketOpened("chat", "chat");
  counters.webSocketFailed("chat", "chat");
  counters.answered("chat", "chat", 502, 5, 0, 0);
  expect(counters.take().routes).toMatchObject([
    { webSockets: 2, webSocketsFailed: 1, activeRequests: 2, activeWebSockets: 2, durationMsSum: 5 },
  ]);
  counters.answered("chat", "chat", 101, 45_000, 7, 8);
  expect(counters.take().routes).toMatchObject([
    {
      byClass: [0, 1, 0, 0, 0, 0],
      webSockets: 0,
      webSocketMsSum: 45_000,
      webSocketBuckets: [0, 0, 0, 1, 0, 0, 0, 0, 0, 0],
      durationMsSum: 0,
      bytesIn: 7,
      activeRequests: 1,
      activeWebSockets: 1,
    },
  ]);
});
