import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { EndpointInput, EndpointOutput, EndpointSpec, ErrorDetail } from "@nekzus/contract";
import type { Principal } from "../../wire/principal.ts";
import type { RequestFacts } from "../../wire/request-facts.ts";
import type { TokenClaims } from "../../wire/token.ts";

/** Who calls, as the guard established it. */
export type Caller = {
  principal: Principal;
  facts: RequestFacts;
  /** The browser session that was shown with its proof. */
  sessionId?: string;
  /** A limit of the caller's own, in requests per minute: an API key may have one. */
  perMinute?: number;
  /** The token that was shown. */
  token?: TokenClaims;
};

/** What a handler receives: validated input and the caller. */
export type Call<E extends EndpointSpec> = EndpointInput<E> & {
  caller: Caller;
  /** A request header by its lower-case name. */
  header(name: string): string | undefined;
};

/** What a handler answers. Errors are thrown as `Problem`. */
export type Answer<E extends EndpointSpec> = {
  /** Default: the endpoint's first documented status. */
  status?: keyof E["answers"] & number;
  /** JSON by the contract, or text and bytes where the contract says so. */
  body?: EndpointOutput<E> | string | Uint8Array;
  headers?: Record<string, string | string[]>;
};

/** A request to leave HTTP for a WebSocket, which the guard let pass. */
export type Upgrade = {
  request: IncomingMessage;
  caller: Caller;
  /** Takes the socket over, with what came after the request. From then on there is no answer but the taker's own. */
  take(): { socket: Socket; head: Buffer };
};

export type Binding<E extends EndpointSpec = EndpointSpec> = {
  endpoint: E;
  handle(call: Call<E>): Answer<E> | Promise<Answer<E>>;
  /** Asked after the guard and before the body is looked at; throws when the endpoint has nothing to offer now. */
  first?(): Promise<void>;
  /** Answers an upgrade. Absent: it is answered like any request. Throws a Problem before it takes the socket. */
  upgrade?(upgrade: Upgrade): void;
  /**
   * What is wrong with a body beyond what its schema says, as far as that can be read of one that the schema refuses: so
   * that all is named at once. Parameters are as they came. The call itself judges bodies that the schema takes.
   */
  faults?(body: unknown, call: { params: unknown; caller: Caller }): Promise<ErrorDetail[]>;
  /** Told of calls that were let in and whose content is not what the endpoint takes. Never throws. */
  refused?(caller: Caller, error: unknown, body: Buffer | undefined): Promise<void>;
};

/** Binds a contract endpoint to the call that answers it. Holds no logic. */
export function bind<E extends EndpointSpec>(
  endpoint: E,
  handle: Binding<E>["handle"],
  first?: () => Promise<void>,
  refused?: Binding["refused"],
): Binding {
  return { endpoint, handle, ...(first && { first }), ...(refused && { refused }) } as unknown as Binding;
}
