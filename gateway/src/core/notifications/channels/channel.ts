/** How grave a message is; quiet hours let `critical` through. */
export type Severity = "info" | "warning" | "critical";

/** The kinds of channels. */
export type ChannelKind = "device" | "push" | "mail" | "webhook";

/** A message for one recipient. */
export type Message = {
  /** The same each time it is sent, so that a receiver can tell that it has it already. */
  id: string;
  type: string;
  title: string;
  /** Lines of plain text; may be empty. */
  body: string;
  severity: Severity;
  /** When it was made, in ms since 1970. */
  at: number;
  /** What programs read. */
  data: Readonly<Record<string, unknown>>;
};

/**
 * What came of sending. `delivered`: the other side has it. `sent`: it is on its way and will be confirmed. `failed`:
 * `reason` is for people and holds no secret; `final` when trying again cannot help; `gone` when the recipient does not
 * exist any more; `retryAfterMs` when the other side said how long to wait.
 */
export type Delivery =
  | { state: "delivered" }
  | { state: "sent" }
  | { state: "failed"; reason: string; final: boolean; gone?: true; retryAfterMs?: number };

/** A way to one recipient. `send` never throws, and ends soon after the signal is aborted. */
export type Channel = {
  readonly kind: ChannelKind;
  send(message: Message, signal: AbortSignal): Promise<Delivery>;
};

/** A failure that may pass. */
export function failed(reason: string, more: { final?: boolean; gone?: true; retryAfterMs?: number } = {}): Delivery {
  return { state: "failed", reason, final: false, ...more };
}
