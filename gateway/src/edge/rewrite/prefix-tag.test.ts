import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { prefixTag, workerPrologue } from "./prefix-tag.ts";

test("the tag says what the script needs, and nothing in it ends an attribute", () => {
  expect(prefixTag("v1", { prefix: "/apps/x/", exclude: [] })).toBe(
    '<script src="/apps/.nekzus/prefix.js?v=v1" data-prefix="/apps/x/"></script>',
  );
  expect(prefixTag("v1", { prefix: "/apps/x/", exclude: [], keepsSheets: true })).toBe(
    '<script src="/apps/.nekzus/prefix.js?v=v1" data-prefix="/apps/x/" data-keeps-sheets></script>',
  );
  expect(prefixTag("v1", { prefix: `/apps/"><b/`, exclude: [`/a'">&`], nonce: "r4nd+/=" })).toBe(
    '<script src="/apps/.nekzus/prefix.js?v=v1" data-prefix="/apps/&quot;&gt;&lt;b/"' +
      ' data-exclude="[&quot;/a&#39;\\&quot;&gt;&amp;&quot;]" nonce="r4nd+/="></script>',
  );
});

test("a worker's script is handed its settings", () => {
  const prologue = workerPrologue("(function f(handed){ out.push(handed) })();\n", {
    prefix: "/apps/$&/",
    exclude: ["/a"],
  });
  expect(prologue).not.toContain("\n");
  const out: unknown[] = [];
  runInNewContext(`${prologue}out.push("own")`, { out });
  expect(out).toEqual([{ prefix: "/apps/$&/", exclude: ["/a"] }, "own"]);
});
