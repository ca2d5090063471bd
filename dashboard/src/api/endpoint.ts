import type { EndpointAnswer, EndpointRequest, EndpointSpec, RawAnswer } from "@nekzus/contract";
import type { Shape } from "./shape.ts";

/** What the answer of a status carries: JSON of a shape, no body, or bytes such as an image. */
export type AnswerKind = Shape | "nothing" | "raw";

/** An endpoint as the browser knows it; `endpoints.gen.ts` lists them all. */
export type Endpoint<S extends EndpointSpec = EndpointSpec> = {
  readonly id: string;
  readonly method: S["method"];
  /** The path with parameters in braces. */
  readonly path: string;
  readonly answers: { readonly [status: number]: AnswerKind };
  /** Carries the contract's types and is never there. */
  readonly spec?: S;
};

type Given<Name extends string, T> = [T] extends [undefined]
  ? { [N in Name]?: undefined }
  : undefined extends T
    ? { [N in Name]?: T }
    : Record<never, never> extends T
      ? { [N in Name]?: T }
      : { [N in Name]: T };

type BodyGiven<T> = [T] extends [undefined] ? { body?: undefined } : undefined extends T ? { body?: T } : { body: T };

/** What a call needs: the path's parameters, the query, the body; `version` guards a change (If-Match). */
export type Input<S extends EndpointSpec> = Given<"params", EndpointRequest<S>["params"]> &
  Given<"query", EndpointRequest<S>["query"]> &
  BodyGiven<EndpointRequest<S>["body"]> & { version?: number };

/** The input as an argument, which may be left out where nothing is needed. */
export type InputArgument<S extends EndpointSpec> =
  Record<never, never> extends Input<S> ? [input?: Input<S>] : [input: Input<S>];

/** What an endpoint answers: its JSON, a Blob for bytes, undefined for no body. */
export type Data<S extends EndpointSpec> = Parsed<EndpointAnswer<S>>;

/** Beside bytes stands 304 only, which the browser turns into the bytes that it kept. */
type Parsed<T> = [Extract<T, RawAnswer>] extends [never] ? T : Blob;
