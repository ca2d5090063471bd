import type { IncomingHttpHeaders } from "node:http";
import { CLIENT_MESSAGES, type ServerMessageData } from "@nekzus/contract";
import { limitKey } from "../../../kit/addresses.ts";
import type { Clock } from "../../../kit/clock.ts";
import { Problem } from "../../../kit/problem.ts";
import type { RequestFacts } from "../../../wire/request-facts.ts";
import type { Caller } from "../../http/binding.ts";
import type { ClientMessage, CloseCode, Wire } from "./wire.ts";

/** The credential of a client, in the form of a request's headers, so that it can be judged again. */
export type Shown = { facts: RequestFacts; headers: IncomingHttpHeaders };

/** Finds out who shows a credential, as for a request; `again`: it was asked before, and only time has passed. */
export type IdentifyShown = (shown: Shown & { again?: boolean }) => Promise<{ caller: Caller; fault?: Problem }>;

/** A client that signed in, and what it asked for with it. */
export type Entered = {
  caller: Caller;
  shown: Shown;
  after: number | undefined;
  resume: boolean;
  /** What it said at once, before it knew that it is in. */
  early: readonly ClientMessage[];
};

/** Why a client does not come in. */
export type Refused = ServerMessageData<"auth_failed"> & { close: CloseCode };

export type Entrance = {
  /** Waits for the first message; `onEntered` answers why the client cannot come in after all, if so. */
  wait(wire: Wire, visitor: Shown, onEntered: (entered: Entered) => Refused | undefined): Waiting;
  /** How many connections have said nothing yet. */
  waiting(): number;
};

export type Waiting = {
  onMessage(message: ClientMessage): void;
  /** The connection is closed. */
  leave(): void;
};

/** How long a client has to sign in, in ms (10 §10.1). */
const SIGN_IN_MS = 15_000;
/** Connections that may be here without having said anything, in all and of one address. */
const MOST = { inAll: 256, ofAddress: 16 };

/** Messages that may come while the first one is looked at. */
const MOST_EARLY = 8;

export const DEVICE_REVOKED = "The device was revoked. Pair it again.";

/** Numbers that clients know the reasons by (20 §0.1). */
const NUMBERS: Readonly<Record<string, number>> = {
  TOKEN_EXPIRED: 1001,
  UNAUTHORIZED: 1002,
  TOKEN_REVOKED: 1003,
  DEVICE_REVOKED: 1004,
};

/** Where clients are until they have signed in with their first message. */
export function createEntrance(parts: {
  clock: Clock;
  identify: IdentifyShown;
  isPaired(deviceId: string): Promise<boolean>;
  /** It could not be told who somebody is. */
  onTrouble(error: unknown): void;
}): Entrance {
  const { clock, identify, isPaired } = parts;
  /** Those that have said nothing yet, in the order in which they came. */
  const here = new Map<Wire, string>();

  /** Who waits longest makes room: honest clients sign in at once, so that a crowd keeps nobody out. */
  function makeRoom(address: string): void {
    const ofAddress = [...here].filter(([, from]) => from === address).map(([wire]) => wire);
    const [oldest] = here.keys();
    const leaves = ofAddress.length >= MOST.ofAddress ? ofAddress[0] : here.size >= MOST.inAll ? oldest : undefined;
    if (!leaves) return;
    here.delete(leaves);
    leaves.close(4429, "Too many connections that do not sign in.");
  }

  async function judge(message: ClientMessage, visitor: Shown): Promise<Omit<Entered, "early"> | Refused> {
    if (message.type !== "auth") return refused("UNAUTHORIZED", "The first message must be auth.");
    const auth = CLIENT_MESSAGES.auth.data.safeParse(message.data);
    if (!auth.success) return refused("VALIDATION_FAILED", "The data of auth is not what it should be.");
    const { token, proof, after, resume = false } = auth.data;
    const shown = { facts: visitor.facts, headers: shownBy(token, proof, visitor.headers) };
    const { caller, fault } = await identify(shown);
    if (fault) {
      const device = fault.code === "TOKEN_REVOKED" && token ? deviceOf(token) : undefined;
      const gone = device !== undefined && !(await isPaired(device));
      return gone ? refused("DEVICE_REVOKED", DEVICE_REVOKED) : refused(fault.code, fault.message);
    }
    if (caller.principal.kind !== "anonymous") return { caller, shown, after, resume };
    return refused("UNAUTHORIZED", "Sign in with a token, or as a browser session with its cookie and its proof.");
  }

  return {
    waiting: () => here.size,
    wait(wire, visitor, onEntered) {
      const address = limitKey(visitor.facts.address);
      makeRoom(address);
      here.set(wire, address);
      const refuse = ({ close, ...data }: Refused) => {
        wire.tell("auth_failed", data);
        wire.close(close, data.error);
      };
      const late = clock.after(SIGN_IN_MS, () =>
        refuse(refused("UNAUTHORIZED", `There was no auth message within ${SIGN_IN_MS / 1000} s.`)),
      );
      const leave = () => {
        late.cancel();
        here.delete(wire);
      };

      /** What came together with the first message. */
      let early: ClientMessage[] | undefined;

      async function enter(message: ClientMessage): Promise<void> {
        early = [];
        leave();
        wire.pause();
        try {
          const outcome = await judge(message, visitor);
          const refusal = "close" in outcome ? outcome : wire.isOpen ? onEntered({ ...outcome, early }) : undefined;
          if (refusal) refuse(refusal);
        } catch (error) {
          parts.onTrouble(error);
          wire.close(1011, error instanceof Problem ? error.message : "Try again in a moment.");
        } finally {
          wire.resume();
        }
      }

      return {
        onMessage(message) {
          if (!early) void enter(message);
          else if (early.length < MOST_EARLY) early.push(message);
          else wire.close(4429, "Wait for auth_success before more is said.");
        },
        leave,
      };
    },
  };
}

/** A refusal that closes with "sign in again", or with another code. */
export function refused(code: string, error: string, close: CloseCode = 4401): Refused {
  const numericCode = NUMBERS[code];
  return { close, error, code, ...(numericCode !== undefined && { numericCode }) };
}

/** What was said in the first message, as a request would show it. The cookie counts only with the proof. */
function shownBy(
  token: string | undefined,
  proof: string | undefined,
  upgrade: IncomingHttpHeaders,
): IncomingHttpHeaders {
  if (token) return { authorization: `Bearer ${token}` };
  if (!proof) return {};
  return { cookie: upgrade.cookie, "user-agent": upgrade["user-agent"], "x-nekzus-proof": proof };
}

/** The device that a token of ours, which was found genuine, speaks of. */
function deviceOf(token: string): string | undefined {
  const payload = token.split(".")[1] ?? "";
  const { sub } = JSON.parse(Buffer.from(payload, "base64url").toString()) as { sub: string };
  return sub.startsWith("device:") ? sub.slice("device:".length) : undefined;
}
