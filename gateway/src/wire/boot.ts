/**
 * What the supervisor tells its children at the start, over IPC so that the secret is in no argument list
 * and no environment, and what they tell it.
 */

export type ListenerName = "api" | "apps";

/** A listening socket of the supervisor, inherited by the edges under the descriptor `fd`. */
export type InheritedListener = { name: ListenerName; fd: number; port: number };

export type Boot = {
  type: "boot";
  /** First line of every connection to the core's socket. */
  secret: string;
  /** The core's private socket, in a folder of mode 0700. */
  socketPath: string;
  /** True: plain HTTP on every listener. */
  insecureHttp: boolean;
  listeners: InheritedListener[];
  /** How many edges there are. */
  edgeWorkers: number;
  logLevel: "debug" | "info" | "warn" | "error" | "silent";
  /** How the program was started; only the core reads it. */
  start: StartOptions;
};

export type StartOptions = {
  configFile?: string;
  dataFolder?: string;
  addr?: string;
  insecureHttp: boolean;
  /** Overrides from the demo: configuration keys with their values. */
  overrides?: Record<string, unknown>;
};

export type FromChild =
  /** The core answers on its socket; an edge holds its first snapshot and accepts. */
  | { type: "ready" }
  /** The core asks for an edge that no longer acknowledges to be replaced. */
  | { type: "replace-edge"; pid: number }
  /** The core cannot start: the reason is for a person. */
  | { type: "fatal"; message: string };

export type ToChild =
  | Boot
  | { type: "reload" }
  /** The gateway stops: the core lets go what clients hold open, or the edges would wait for it. */
  | { type: "leave" }
  | { type: "stop" };
