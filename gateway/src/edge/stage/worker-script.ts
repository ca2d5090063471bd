import type { BodyRewriter } from "../rewrite/prefix/body-rewriter.ts";

/** A worker has no page into which a tag could go: its script begins with ours. */
const WORKERS: ReadonlySet<string> = new Set(["worker", "sharedworker", "serviceworker"]);

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

/** A rewriter that puts text before a body and leaves the body as it is. */
export function withPrologue(text: Buffer): BodyRewriter {
  let begun = false;
  return {
    push(bytes) {
      if (begun) return bytes;
      begun = true;
      return Buffer.concat([text, bytes]);
    },
    end: () => (begun ? Buffer.alloc(0) : text),
  };
}
