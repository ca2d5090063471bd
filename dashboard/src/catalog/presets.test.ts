import { expect, test } from "vitest";
import { changesOf, imageOf } from "./presets.ts";

test("the image of a container is in its identity, whatever else is there", () => {
  expect(imageOf("docker/0123/compose/home/watch/grafana%2Fgrafana")).toBe("grafana/grafana");
  expect(imageOf("docker/0123/container/x/%E0%A4%A")).toBe("");
  expect(imageOf("mdns/printer")).toBe("");
  expect(imageOf(undefined)).toBe("");
});

test("only options that the form has and that differ are changed", () => {
  const values = { stripPrefix: true, websocket: true, preserveHost: true };
  expect(changesOf({ stripPrefix: false, websocket: true, healthCheckPath: "/x" }, values)).toEqual({
    stripPrefix: false,
  });
  expect(changesOf({ websocket: true }, values)).toBeUndefined();
});
