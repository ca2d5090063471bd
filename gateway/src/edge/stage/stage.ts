import type { Asking } from "../listen/client.ts";
import type { PolicyScript } from "../rewrite/prefix/content-security-policy.ts";

/**
 * The header of an answer as the client gets it; called once for each. `target`: what the client asked for. `script`: ours
 * goes into its page.
 */
export type AnswerHeaders = (raw: readonly string[], status: number, target: string, script?: PolicyScript) => string[];

/** What an answer's body goes through between the upstream and the client. It began the answer, or will. */
export type Stage = {
  /** Takes a part; false when its memory is still needed: never for one of up to `COPIED` bytes. */
  write(chunk: Buffer): boolean;
  /** Sends what is waiting, after a run of writes; false when no more should come before `goOn`. */
  flush(): boolean;
  /** The body is whole; what is still on its way goes on. `trailers`: as the client gets them. */
  end(trailers: readonly string[] | undefined): void;
  /** Gives it up at once: nobody wants the answer any more. */
  destroy(): void;
};

/** Who feeds a stage. */
export type StageOwner = {
  /** The stage takes more. */
  goOn(): void;
  /** Everything was handed to the client, and the answer is ended. */
  staged(): void;
  /** The body is broken in its midst: the client must notice that. */
  stageBroke(): void;
};

/** An answer as it came. */
export type Answer = {
  readonly status: number;
  readonly reason: string;
  readonly raw: readonly string[];
  /** Undefined when it is not announced. */
  readonly length: number | undefined;
};

/** Requests to an app, and its answers, where bodies may have to go through a stage. */
export type StagedApp = {
  /** The header of a request, as it goes to the app. */
  requestHeaders(headers: string[], request: Asking): string[];
  /** Begins an answer, and makes the stage that its body goes through; undefined when it passes as it is. */
  begin(
    owner: StageOwner,
    request: Asking,
    answer: Answer,
    way: { readonly answerHeaders: AnswerHeaders },
  ): Stage | undefined;
};
