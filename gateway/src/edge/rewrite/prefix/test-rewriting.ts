import fc from "fast-check";
import type { BodyRewriter } from "./body-rewriter.ts";
import type { PrefixedApp } from "./prefixed-app.ts";

/** An app under `/apps/t/`, for tests. */
export const testApp: PrefixedApp = {
  rule: { prefix: "/apps/t/", exclude: ["/oauth2/"], origins: ["https://nas.local:8444"] },
  upstreamOrigins: ["http://grafana:3000"],
};

/** What a rewriter makes of a text that comes in these pieces, as latin1. */
export function rewritten(rewriter: BodyRewriter, ...pieces: string[]): string {
  const out = pieces.map((piece) => rewriter.push(Buffer.from(piece, "latin1")));
  return Buffer.concat([...out, rewriter.end()]).toString("latin1");
}

/** A text cut into pieces at places that fast-check chooses. */
export function cutInto(text: string, cuts: readonly number[]): string[] {
  const places = [0, ...cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length];
  return places.slice(1).map((to, i) => text.slice(places[i], to));
}

/** Documents made of pieces that mean something to a tokenizer, in any order. */
export function soup(pieces: readonly string[]): fc.Arbitrary<string> {
  return fc
    .array(fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...pieces) }, fc.string({ maxLength: 3 })), {
      maxLength: 40,
    })
    .map((parts) => Buffer.from(parts.join(""), "utf8").toString("latin1"));
}

export const cuts = fc.array(fc.nat(), { maxLength: 12 });
