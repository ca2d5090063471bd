/** The part of a browser's WebSocket that is used. */
export type Channel = Pick<WebSocket, "send" | "close" | "onopen" | "onmessage" | "onclose" | "readyState">;

/** A message of the gateway; those that happen have a number. */
export type LiveMessage = { type: string; data: Record<string, unknown>; number?: number };

type Parts = {
  open(): Channel;
  /** The proof of the browser session; empty without one. */
  proof(): string;
  /** May it be tried now? When that changes, `retryNow` is called. */
  mayTry(): boolean;
  /** A number from 0 to 1. */
  random(): number;
  /** Something happened: each once, in order. */
  onMessage(message: LiveMessage): void;
  /** What was missed cannot be told any more: what is on screen is old. */
  onGap(): void;
  onState(isLive: boolean): void;
  /** The connection ended although nobody here wanted it. */
  onLost(code: number): void;
};

/** Pauses before the next try, in ms; what is added by chance keeps many browsers from coming at once. */
const PAUSES = [300, 1000, 2000, 4000, 5000];
const JITTER = 0.2;
/** A connection that says nothing for so long is asked, and is given up when it stays silent, in ms. */
const QUIET_MS = 25_000;
const PATIENCE_MS = 10_000;

/**
 * Holds the one connection by which the gateway tells what happens. It signs in with its first message, comes back for
 * ever with capped, jittered pauses (40 F5), and asks for what it missed by the number of the last event.
 */
export function createLiveSocket({ open, proof, mayTry, random, onMessage, onGap, onState, onLost }: Parts) {
  let channel: Channel | undefined;
  let wanted = false;
  let last: number | undefined;
  let failed = 0;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let quiet: ReturnType<typeof setTimeout> | undefined;

  function connect(): void {
    clearTimeout(retry);
    if (!wanted || channel || !mayTry()) return;
    const opened = open();
    channel = opened;
    watch();
    opened.onopen = () => say("auth", { proof: proof(), ...(last !== undefined && { after: last }) });
    opened.onmessage = ({ data }) => {
      if (channel === opened) hear(String(data));
    };
    opened.onclose = ({ code }) => {
      if (channel === opened) lost(code);
    };
  }

  function say(type: string, data: object = {}): void {
    channel?.send(JSON.stringify({ type, data }));
  }

  function hear(text: string): void {
    watch();
    const message = parse(text);
    if (!message) return;
    const { type, data, number } = message;
    if (type === "hello") {
      failed = 0;
      last ??= Number(data.latest);
      onState(true);
    } else if (type === "gap") {
      last = Number(data.latest);
      onGap();
    } else if (type === "ping") say("pong");
    if (number !== undefined) {
      if (last !== undefined && number <= last) return;
      last = number;
    }
    onMessage(message);
  }

  /** A connection that broke off without a word looks like a quiet one. */
  function watch(): void {
    clearTimeout(quiet);
    quiet = setTimeout(() => {
      if (channel?.readyState === 1) say("ping");
      quiet = setTimeout(() => {
        const silent = channel;
        lost(1006);
        silent?.close();
      }, PATIENCE_MS);
    }, QUIET_MS);
  }

  function lost(code: number): void {
    drop();
    if (!wanted) return;
    const pause = (PAUSES[Math.min(failed++, PAUSES.length - 1)] as number) * (1 + JITTER * (2 * random() - 1));
    onLost(code);
    retry = setTimeout(connect, pause);
  }

  function drop(): void {
    clearTimeout(quiet);
    clearTimeout(retry);
    channel = undefined;
    onState(false);
  }

  return {
    /** Connects, and stays connected until `stop`. */
    start(): void {
      wanted = true;
      connect();
    },
    /** Ends the connection and forgets what was heard: the next one is another person's. */
    stop(): void {
      wanted = false;
      last = undefined;
      failed = 0;
      const open = channel;
      drop();
      open?.close(1000);
    },
    /** Tries at once, when it is not connected. */
    retryNow: connect,
  };
}

function parse(text: string): LiveMessage | undefined {
  try {
    const { type, data, number } = JSON.parse(text) as LiveMessage;
    return { type, data, ...(number !== undefined && { number }) };
  } catch {
    return undefined;
  }
}
