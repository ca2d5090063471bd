import type { PortExposure } from "@nekzus/contract";
import type { SecurityRemark } from "./remark.ts";

/** One way to reach a discovered service. */
export type DiscoveredPort = {
  /** The port as the service itself knows it (inside its container). */
  port: number;
  scheme: "http" | "https";
  label?: string;
  /** Where the gateway reaches it: `http://172.17.0.2:3000`. */
  to: string;
  /** Other addresses of the same port. A route that uses one of them need not be moved. */
  others: string[];
};

/** A service that a source sees at the moment. All text is already bounded and free of control characters. */
export type Discovered = {
  /**
   * What stays the same when the service is recreated: engine, project, service and image repository, or the like.
   * Only a service with the same identity may move the address of an app that exists.
   */
  identity: string;
  /** The running instance: twelve characters of the container id. */
  instance: string;
  /** What the proposal's id is made of: the container's name. */
  name: string;
  /** `id` is a wish: discovery gives another one when it belongs to somebody else. */
  app: { id: string; name: string; icon: string; tags: string[] };
  route: {
    /** Scopes that callers need on top of `access:{appId}`. */
    extraScopes: string[];
    websocket: boolean;
    stripPrefix: boolean;
    rewriteHTML: boolean;
    skipHealthCheck: boolean;
  };
  /** At least one; the first is the default. */
  ports: DiscoveredPort[];
  /** 0 to 1. */
  confidence: number;
  /** The most serious first. */
  remarks: SecurityRemark[];
  /** What people are warned of once it is approved: ports that are open beside the gateway's sign-in. */
  exposure?: PortExposure;
};

/** How a source is doing, for the health page. */
export type SourceState = {
  status: "stopped" | "starting" | "ok" | "error";
  /** What is wrong and what to do about it; empty when all is well. */
  message: string;
  /** When the last complete look ended, in milliseconds since 1970. */
  lastScan?: number;
  /** When it looks again by itself, in milliseconds since 1970; absent while it does not. */
  nextScan?: number;
  /** Services that ask to be proposed and cannot be, and why. */
  skipped: readonly { name: string; reason: string }[];
};

/**
 * Something that discovers services. It emits whole snapshots of what it sees and keeps no memory of what was
 * proposed; discovery owns the rest. A source that cannot look emits nothing: blindness is not absence.
 */
export type Source = {
  name: "docker" | "kubernetes" | "mdns" | "file";
  /** How many snapshots in a row may miss a service before it counts as gone; 1 for a source that knows exactly. */
  patience: number;
  /** Begins to look. Does nothing when it already looks. Never throws; trouble shows in `state()`. */
  start(emit: (snapshot: Discovered[]) => void): void;
  /** Ends looking; nothing is emitted afterwards. May be called at any time. */
  stop(): Promise<void>;
  /** Looks now. Resolves after a look that began after the call; never rejects. */
  scan(): Promise<void>;
  state(): SourceState;
};
