import { beforeAll, describe, expect, test } from "vitest";
import { prefixScriptVersion } from "../../gateway/src/edge/prefix-script.ts";
import { loadPages } from "../../gateway/src/kit/pages.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";

const PATH = "/apps/.nekzus/prefix.js";

describe("the script for prefix mode", () => {
  const { prefixScript } = loadPages();
  let gateway: Gateway;
  let shared: Gateway;

  beforeAll(async () => {
    [gateway, shared] = await Promise.all([
      startGateway(),
      startGateway({ config: { server: { share_origin: true } } }),
    ]);
  });

  test("is there for everybody wherever apps are served by path", async () => {
    for (const ask of [gateway.apps, gateway.api, shared.api]) {
      const answer = await ask("GET", `${PATH}?v=${prefixScriptVersion(prefixScript)}`);
      expect(answer.status).toBe(200);
      expect(answer.text).toBe(prefixScript.body.toString());
      expect(answer.headers).toMatchObject({
        "content-type": "text/javascript; charset=utf-8",
        "x-content-type-options": "nosniff",
        "cache-control": "public, max-age=31536000, immutable",
        etag: prefixScript.etag,
        "content-length": String(prefixScript.body.length),
      });
    }
  });

  test("under another version it is asked for again", async () => {
    const headers = { "if-none-match": `W/"old", ${prefixScript.etag}` };
    for (const path of [PATH, `${PATH}?v=old`]) {
      const whole = await gateway.apps("HEAD", path);
      expect([whole.status, whole.text, whole.headers["cache-control"]]).toEqual([200, "", "no-cache"]);
      expect(whole.headers["content-length"]).toBe(String(prefixScript.body.length));
      const known = await gateway.apps("GET", path, { headers });
      expect([known.status, known.text, known.headers.etag]).toEqual([304, "", prefixScript.etag]);
    }
  });

  test("can only be read, and only at its path", async () => {
    const posted = await gateway.apps("POST", PATH, { body: "x" });
    expect([posted.status, posted.headers.allow]).toEqual([405, "GET, HEAD"]);
    for (const path of [`${PATH}/`, `${PATH}x`, "/apps/.nekzus/prefix.JS"]) {
      expect((await gateway.apps("GET", path)).status).toBe(404);
    }
  });
});
