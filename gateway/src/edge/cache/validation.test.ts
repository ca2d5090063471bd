import { expect, test } from "vitest";
import { invalidatedBy } from "./invalidation.ts";
import { askingWhether, clientHasIt, confirms, freshened, keptHeaders } from "./validation.ts";

const OLD = "Thu, 01 Jan 2026 10:00:00 GMT";
const NEW = "Thu, 01 Jan 2026 11:00:00 GMT";

test.each<[header: string[], has: boolean]>([
  [["If-None-Match", '"1"'], true],
  [["If-None-Match", 'W/"1"'], true],
  [["If-None-Match", '"0", W/"1"'], true],
  [["If-None-Match", "*"], true],
  [["If-None-Match", '"2"'], false],
  [["If-None-Match", '"2"', "If-Modified-Since", NEW], false],
  [["If-Modified-Since", OLD], true],
  [["If-Modified-Since", NEW], true],
  [["If-Modified-Since", "Thu, 01 Jan 2026 09:59:59 GMT"], false],
  [["If-Modified-Since", "yesterday"], false],
  [[], false],
])("a client with %j has it already: %s", (header, has) => {
  expect(clientHasIt(header, { etag: '"1"', lastModified: OLD })).toBe(has);
});

test("the app is asked about what is kept, not about what the client has", () => {
  expect(
    askingWhether(["Host", "a", "if-none-match", '"client"', "If-Modified-Since", NEW], {
      etag: '"kept"',
      lastModified: undefined,
    }),
  ).toEqual(["Host", "a", "If-None-Match", '"kept"']);
});

test("a 304 brings new headers, but none that describe the body (RFC 9111, section 3.2)", () => {
  const kept = ["Content-Type", "text/css", "Content-Length", "5", "X-A", "1", "Cache-Control", "max-age=1"];
  expect(
    freshened(kept, ["cache-control", "max-age=9", "Content-Length", "0", "Content-Type", "x/y", "X-B", "2"]),
  ).toEqual(["Content-Type", "text/css", "Content-Length", "5", "X-A", "1", "cache-control", "max-age=9", "X-B", "2"]);
  expect(confirms(["ETag", 'W/"1"'], { etag: '"1"', lastModified: undefined })).toBe(true);
  expect(confirms(["ETag", '"2"'], { etag: '"1"', lastModified: undefined })).toBe(false);
  expect(confirms([], { etag: '"1"', lastModified: undefined })).toBe(true);
});

test("nothing is kept that was for one hop (RFC 9111, section 3.1)", () => {
  expect(
    keptHeaders([
      "Connection",
      "close, X-Hop",
      "x-hop",
      "1",
      "Keep-Alive",
      "timeout=5",
      "Age",
      "3",
      "X-Cache",
      "HIT",
      "X-A",
      "1",
    ]),
  ).toEqual(["X-A", "1"]);
});

test("a change makes its own target outdated, and those on the same host that the answer names", () => {
  const asked = ["Host", "app.home"];
  const raw = ["Location", "/list?page=1", "Content-Location", "http://app.home/items/7"];
  expect(invalidatedBy(201, raw, asked, "/items")).toEqual(["/items", "/list?page=1", "/items/7"]);
  expect(invalidatedBy(303, ["Location", "https://evil.example/list"], asked, "/items")).toEqual(["/items"]);
  expect(invalidatedBy(403, raw, asked, "/items")).toEqual([]);
  expect(invalidatedBy(500, raw, asked, "/items")).toEqual([]);
});
