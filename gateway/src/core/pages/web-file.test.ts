import { expect, test } from "vitest";
import { answerFile, type WebFile } from "./web-file.ts";

const file: WebFile = {
  type: "text/javascript",
  cache: "no-cache",
  forms: [
    { encoding: "br", body: Buffer.from("br"), etag: '"x-br"' },
    { encoding: "gzip", body: Buffer.from("gz"), etag: '"x-gz"' },
    { encoding: "identity", body: Buffer.from("plain"), etag: '"x"' },
  ],
};
const ask = (headers: Record<string, string>) => answerFile(file, (name) => headers[name]);

test.each([
  // What browsers, curl and nginx send.
  ["gzip, deflate, br, zstd", "br"],
  ["gzip", "gz"],
  [undefined, "plain"],
  ["", "plain"],
  ["deflate", "plain"],
  ["*", "br"],
  ["x-gzip", "gz"],
  ["BR", "br"],
  // Weights win over our own order, and zero forbids.
  ["br;q=0.5, gzip;q=0.8", "gz"],
  ["br;q=0, gzip;q=0, *;q=0", "plain"],
  ["br;q=0, *", "gz"],
  ["br;q=0.1", "br"],
  ["gzip;q=0.5, identity", "plain"],
  ["gzip ; q=1.000 , br ; q=0.999", "gz"],
  // What cannot be read is as if it were not there.
  ["br;q=2, gzip;q=x, ;, brotli", "plain"],
])("Accept-Encoding %j gets %s", (accept, expected) => {
  const { body, headers } = ask(accept === undefined ? {} : { "accept-encoding": accept });
  expect(String(body)).toBe(expected);
  expect(headers.Vary).toBe("Accept-Encoding");
  expect(headers["Content-Encoding"]).toBe({ br: "br", gz: "gzip", plain: undefined }[expected]);
});

test.each([
  ['"x-br"', 304],
  ['W/"x-br"', 304],
  ['"other", "x-br"', 304],
  ["*", 304],
  // Tags of other forms are other bytes.
  ['"x"', 200],
  ['"x-gz"', 200],
  ["x-br", 200],
])("If-None-Match %j is answered %i", (tag, status) => {
  const answer = ask({ "accept-encoding": "br", "if-none-match": tag });
  expect(answer.status).toBe(status);
  expect(answer.headers).toMatchObject({ ETag: '"x-br"', "Cache-Control": "no-cache", Vary: "Accept-Encoding" });
  expect(answer.body === undefined).toBe(status === 304);
});
