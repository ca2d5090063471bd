import fc from "fast-check";
import { expect, test } from "vitest";
import { createVirtualClock } from "../../kit/virtual-clock.ts";
import type { Asking } from "../listen/client.ts";
import { cutInto, cuts, soup, testApp } from "../rewrite/prefix/test-rewriting.ts";
import { createMemoryBudget } from "./budget.ts";
import { createPageMemory } from "./page-memory.ts";
import { createRewrittenApp } from "./rewritten-app.ts";

const MIB = 1024 * 1024;
const SCRIPT = { body: Buffer.from("(function(){})();"), type: "text/javascript", etag: '"1"' };
const STRICT = ["Content-Security-Policy", "script-src 'strict-dynamic'"];

/** An app whose answers are rewritten with this much memory for bodies of before. */
function setUp(bytes: number, app = testApp) {
  const clock = createVirtualClock();
  const memory = createPageMemory(clock);
  memory.limit(bytes);
  const counts = { rewritten() {}, passedForMemory() {} };
  const parts = { budget: createMemoryBudget(clock), memory, counts, script: SCRIPT as never };
  const other = (prefix: string) =>
    createRewrittenApp({ ...app, rule: { ...app.rule, prefix } }, "https://nas.local", "1", parts);
  return { clock, staged: other(app.rule.prefix), other };
}

type Way = { path?: string; headers?: readonly string[]; announced?: boolean };

/** What a client gets of a body that an app sends in these pieces, and the length that it is told. */
async function answered(
  { clock, staged }: Pick<ReturnType<typeof setUp>, "clock" | "staged">,
  pieces: readonly string[],
  { path = "/", headers = [], announced = false }: Way = {},
  pauseMs = 0,
): Promise<{ text: string; length: number | undefined }> {
  const sent: Buffer[] = [];
  let length: number | undefined;
  let policy = "";
  let ended = 0;
  const request = {
    method: "GET",
    target: `${path}?x`,
    headers: [],
    head: { fetchDest: "document" },
    begin(_status: number, _reason: string, fields: readonly string[], whole: number | undefined) {
      length = whole;
      policy = fields[fields.indexOf("Content-Security-Policy") + 1] ?? "";
    },
    write: (part: Buffer) => sent.push(Buffer.from(part)) > 0,
    flush: () => true,
    end: () => void ended++,
  };
  const bytes = pieces.map((piece) => Buffer.from(piece, "latin1"));
  const total = bytes.reduce((sum, one) => sum + one.length, 0);
  const answer = { status: 200, reason: "OK", raw: ["Content-Type", "text/html", ...headers] };
  const nonceFor = (
    raw: readonly string[],
    _status: number,
    _target: string,
    script?: { nonce: string | undefined },
  ) => [
    ...raw.filter((name) => name === "Content-Type" || name === "text/html"),
    "Content-Security-Policy",
    script?.nonce ?? "",
  ];
  const stage = staged.begin(
    { goOn() {}, staged() {}, stageBroke() {} },
    request as unknown as Asking,
    { ...answer, length: announced ? total : undefined },
    { answerHeaders: nonceFor },
  );
  for (const piece of bytes) {
    stage?.write(piece);
    // The memory of a piece is another's now.
    if (piece.length <= 16 * 1024) piece.fill("!");
    stage?.flush();
    if (pauseMs) await clock.advance(pauseMs);
  }
  if (stage) stage.end(undefined);
  else request.end();
  expect(ended).toBe(1);
  const text = Buffer.concat(sent).toString("latin1");
  if (length !== undefined) expect(text).toHaveLength(length);
  return { text: policy ? text.replaceAll(policy, "NONCE") : text, length };
}

const PAGE = `<!doctype html><head><a href="/x">${"words ".repeat(100)}`;

const PIECES =
  '<a href="/x"> <p> words <!-- --> <script> </script> <style> url(/x) </style> < > <head> <iframe srcdoc="'.split(" ");

test("with memory a client gets what it gets without, whatever came before, in whatever pieces", async () => {
  const bodies = fc.array(soup(PIECES), { minLength: 1, maxLength: 3 });
  const asked = fc.record({
    which: fc.nat(2),
    cuts,
    slow: fc.boolean(),
    strict: fc.boolean(),
    announced: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(bodies, fc.array(asked, { minLength: 3, maxLength: 12 }), async (texts, requests) => {
      const remembers = setUp(MIB);
      for (const { which, cuts: places, slow, strict, announced } of requests) {
        const pieces = cutInto(texts[which % texts.length] as string, places);
        const way = { headers: strict ? STRICT : [], announced };
        const given = await answered(remembers, pieces, way, slow ? 15 : 0);
        expect(given.text).toBe((await answered(setUp(0), pieces, way)).text);
      }
    }),
    { numRuns: 200 },
  );
});

test("from the third time on the same page comes from memory, with its length", async () => {
  const remembers = setUp(MIB);
  const lengths: (number | undefined)[] = [];
  for (let i = 0; i < 4; i++) lengths.push((await answered(remembers, cutInto(PAGE, [i * 7]))).length);
  expect(lengths).toEqual([undefined, undefined, expect.any(Number), expect.any(Number)]);
  // A page of another path, and of another prefix.
  expect((await answered(remembers, [PAGE], { path: "/b" })).length).toBe(undefined);
  const moved = await answered({ ...remembers, staged: remembers.other("/apps/u/") }, [PAGE]);
  expect([moved.length, moved.text.includes('"/apps/u/x"')]).toEqual([undefined, true]);
});

test("our nonce is new in a page that is remembered", async () => {
  const remembers = setUp(MIB);
  for (let i = 0; i < 2; i++) await answered(remembers, [PAGE], { headers: STRICT });
  const { text, length } = await answered(remembers, [PAGE], { headers: STRICT });
  expect(length).toBeGreaterThan(0);
  expect(text).toContain('nonce="NONCE"');
});

test("a page that differs each time is left alone, and tried again later", async () => {
  const remembers = setUp(MIB);
  for (let i = 0; i < 5; i++) await answered(remembers, [`${PAGE}${i}`]);
  const told: number[] = [];
  for (let i = 0; i < 80; i++) if ((await answered(remembers, [PAGE])).length !== undefined) told.push(i);
  expect(told[0]).toBeGreaterThan(50);
  expect(told.length).toBe(80 - (told[0] as number));
});

test("what comes slowly goes out after a short while, and is not compared the next time", async () => {
  const remembers = setUp(MIB);
  for (let i = 0; i < 3; i++) await answered(remembers, [PAGE]);
  expect((await answered(remembers, cutInto(PAGE, [20, 50, 90]), {}, 30)).length).toBe(undefined);
  expect((await answered(remembers, [PAGE])).length).toBe(undefined);
});

test("no body over half a megabyte is held, and all of them together keep to the limit", async () => {
  const remembers = setUp(MIB);
  const long = PAGE + "x".repeat(512 * 1024);
  for (let i = 0; i < 4; i++) expect((await answered(remembers, [long])).length).toBe(undefined);
  const wide = PAGE + "x".repeat(90 * 1024);
  for (const path of ["/a", "/b", "/c", "/d", "/e"]) {
    for (let i = 0; i < 3; i++) await answered(remembers, [wide], { path });
  }
  expect((await answered(remembers, [wide], { path: "/e" })).length).toBeGreaterThan(0);
  expect((await answered(remembers, [wide], { path: "/a" })).length).toBe(undefined);
});
