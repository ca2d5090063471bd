// Icons that people upload (40 N2): shown from then on, refused with a reason, gone when they should be.
import { beforeAll, expect, test } from "vitest";
import { type Gateway, startGateway } from "../harness/gateway.ts";

const PNG = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");
const GIF = Buffer.from("GIF89a\x01\0\x01\0", "latin1");
const LARGEST = 400_000;

let gateway: Gateway;
let authorization: string;
beforeAll(async () => {
  gateway = await startGateway();
  authorization = `Bearer ${await gateway.signIn()}`;
  await gateway.addRoute("films", "http://127.0.0.1:9");
});

const path = (appId: string) => `/api/v1/apps/${appId}/icon`;
const upload = (image: Buffer | string, appId = "films") =>
  gateway.admin("PUT", path(appId), { image: typeof image === "string" ? image : image.toString("base64") });
const versionOf = async (appId = "films") =>
  ((await gateway.admin("GET", `/api/v1/apps/${appId}`)).json as { iconVersion?: string }).iconVersion;
const listed = async () =>
  ((await gateway.admin("GET", "/api/v1/apps")).json as { id: string; iconVersion?: string }[]).find(
    ({ id }) => id === "films",
  )?.iconVersion;

/** Asks for the icon as a browser that may have one already. */
async function shown(known?: string) {
  const headers = { authorization, "if-none-match": known };
  const answer = await gateway.api("GET", "/api/v1/apps/films/favicon", { headers });
  const { etag, "content-type": type, "content-length": length } = answer.headers;
  return { status: answer.status, etag, type, length: Number(length ?? 0) };
}

test("an uploaded image is shown until it is taken back, and sent once to a browser that keeps it", async () => {
  expect([await shown(), await versionOf()]).toMatchObject([{ status: 404 }, undefined]);

  const first = await upload(PNG);
  expect(first).toMatchObject({ status: 200, json: { message: expect.stringContaining("PNG") } });
  const { iconVersion } = first.json as { iconVersion: string };
  expect([await versionOf(), await listed()]).toEqual([iconVersion, iconVersion]);
  const png = await shown();
  expect(png).toMatchObject({ status: 200, type: "image/png", length: PNG.length });
  expect(await shown(png.etag)).toEqual({ status: 304, etag: png.etag, type: undefined, length: 0 });

  // The one after it takes its place, with line breaks as some tools write them.
  expect((await upload(`${GIF.toString("base64").slice(0, 8)}\n${GIF.toString("base64").slice(8)}`)).status).toBe(200);
  expect(await shown(png.etag)).toMatchObject({ status: 200, type: "image/gif", length: GIF.length });
  expect(await versionOf()).not.toBe(iconVersion);

  expect((await gateway.admin("DELETE", path("films"))).status).toBe(204);
  expect([await shown(), await versionOf(), await listed()]).toMatchObject([{ status: 404 }, undefined, undefined]);
  expect((await gateway.admin("DELETE", path("films"))).status).toBe(204);
});

test("the largest image is kept", async () => {
  const answer = await upload(Buffer.concat([PNG, Buffer.alloc(LARGEST - PNG.length)]));
  expect(answer.status).toBe(200);
  expect((await shown()).length).toBe(LARGEST);
});

test.each<[string, Buffer | string, RegExp]>([
  ["a page", Buffer.from("<!doctype html><script>alert(1)</script>"), /PNG, JPEG, GIF, WebP, ICO, SVG/],
  ["a page with a drawing in it", Buffer.from("<html><svg></svg></html>"), /PNG, JPEG/],
  ["a kind that is not on the list", Buffer.from("\0\0\0\x1cftypavif", "latin1"), /PNG, JPEG/],
  ["no bytes at all", "=", /base64/],
  ["text that is not base64", "<svg>", /base64/],
  ["the address of the data", `data:image/png;base64,${PNG.toString("base64")}`, /without `data:`/],
  ["one byte too many", Buffer.concat([PNG, Buffer.alloc(LARGEST - PNG.length + 1)]), /400 kB/],
  ["many bytes too many", Buffer.concat([PNG, Buffer.alloc(LARGEST)]), /400 kB/],
])("%s is refused with the reason, and the icon stays", async (_what, image, reason) => {
  await upload(PNG);
  const before = await versionOf();
  const answer = await upload(image);
  expect([answer.status, answer.json]).toMatchObject([400, { error: { code: "VALIDATION_FAILED" } }]);
  expect(answer.text).toMatch(reason);
  expect(await versionOf()).toBe(before);
});

test("no app, no icon", async () => {
  for (const method of ["PUT", "DELETE"]) {
    const answer = await gateway.admin(method, path("absent"), { image: PNG.toString("base64") });
    expect([method, answer.status, answer.json]).toMatchObject([method, 404, { error: { code: "APP_NOT_FOUND" } }]);
  }
});

test("an undone deletion brings the icon back; a new app of the same id begins without", async () => {
  await upload(PNG);
  const before = await versionOf();
  const deleted = await gateway.admin("DELETE", "/api/v1/apps/films");
  const restored = await gateway.admin("POST", `/api/v1/deletions/${deleted.headers["x-nekzus-deletion"]}/restore`);
  expect(restored.status).toBe(200);
  expect(await versionOf()).toBe(before);

  await gateway.admin("DELETE", "/api/v1/apps/films");
  await gateway.addRoute("films", "http://127.0.0.1:9");
  expect(await versionOf()).toBeUndefined();
});
