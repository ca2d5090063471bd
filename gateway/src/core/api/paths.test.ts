import { ENDPOINTS } from "@nekzus/contract";
import { expect, test } from "vitest";
import { emptyParameter } from "./paths.ts";

test("where an empty id would remove everything", () => {
  const found = ENDPOINTS.flatMap((endpoint) => {
    const name = emptyParameter(endpoint, ENDPOINTS);
    return name === undefined ? [] : [[endpoint.id, name]];
  });
  expect(found).toEqual([
    ["sessions.end-others", "sessionId"],
    ["session-cookies.clear", "appId"],
  ]);
});
