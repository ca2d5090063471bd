import type { BodyRewriter } from "../rewrite/prefix/body-rewriter.ts";

/** A worker has no page into which a tag could go: its script begins with ours. */
const WORKERS: ReadonlySet<string> = new Set(["worker", "sharedworker", "serviceworker"]);

/** A script that does not say by then that it is strict is not asked further, in bytes. */
const LONGEST_OPENING = 16 * 1024;
/** A mark of UTF-8, white space and comments, by which nothing is said yet. */
const NOTHING = /^(?:\xef\xbb\xbf)?(?:[\t\n\v\f\r ]+|\/\/[^\n\r]*[\n\r]|\/\*[\s\S]*?\*\/)*/;
const MARK = "\xef\xbb\xbf";
const DIRECTIVES = ['"use strict"', "'use strict'"];

/** Is a request with this Sec-Fetch-Dest for the script that a worker starts with? */
export function startsWorker(fetchDest: string | undefined): boolean {
  return fetchDest !== undefined && WORKERS.has(fetchDest);
}

/** Is an answer to such a request a script, as browsers judge it? */
export function isWorkerScript(status: number, contentType: string | undefined): boolean {
  return (
    status === 200 &&
    contentType !== undefined &&
    /^[\t ]*(?:text|application)\/(?:x-)?(?:java|ecma)script\b/i.test(contentType)
  );
}

/**
 * Puts our prologue in front of a worker's script, and leaves the script itself as it is. One that begins with
 * `"use strict"` would no longer do so: then the prologue does. It holds 16 KiB at most.
 */
export function withPrologue(prologue: Buffer): BodyRewriter {
  let held: string | undefined = "";

  function begin(start: string, strict: boolean): Buffer {
    held = undefined;
    return Buffer.concat([Buffer.from(strict ? '"use strict";' : ""), prologue, Buffer.from(start, "latin1")]);
  }

  return {
    push(bytes) {
      if (held === undefined) return bytes;
      held += bytes.toString("latin1");
      const strict = isStrict(held);
      if (strict === undefined && held.length < LONGEST_OPENING) return Buffer.alloc(0);
      return begin(held, strict ?? false);
    },
    end: () => (held === undefined ? Buffer.alloc(0) : begin(held, isStrict(held) ?? false)),
  };
}

/** Does a script begin with `"use strict"`? Undefined when too little of it is here. */
function isStrict(start: string): boolean | undefined {
  if (MARK.startsWith(start)) return undefined;
  const said = start.slice(NOTHING.exec(start)?.[0].length);
  if (DIRECTIVES.some((directive) => said.startsWith(directive))) return true;
  const openComment = said === "/" || said.startsWith("//") || said.startsWith("/*");
  return openComment || DIRECTIVES.some((directive) => directive.startsWith(said)) ? undefined : false;
}
