import type { ServerOptions } from "node:http2";

/** Limits of what a client of HTTP/2 may send and how long it may take; times in ms, sizes in bytes. */
export const LIMITS = {
  /** Names and values of one request; more is answered with 431. */
  header: 32 * 1024,
  /** From the beginning of the connection to the client's settings, and from a request's first header to its last. */
  headersTimeout: 10_000,
  /** Time without a request under way. */
  keepAlive: 75_000,
  /** How long a whole answer may wait for a client that takes nothing of it. */
  unsent: 120_000,
  /**
   * How many such answers there may be at one door before those of connections with more than `fewUnsent` of them may
   * wait no longer than `unsentOfMany`: a client that makes no room for answers needs some bytes for each, and we some
   * 10 kB.
   */
  manyUnsent: 1_000,
  fewUnsent: 8,
  unsentOfMany: 2_000,
  /** How long the end of a connection may take, when there is nothing under way. */
  linger: 5_000,
  /** How often late clients are looked for. */
  checkEvery: 500,
};

/** What a session may do at once (`burst`) and from then on (`rate`, per second) before it is ended. */
export type Rate = { burst: number; rate: number };

/**
 * Requests that end before their answer does, whoever resets the stream (CVE-2023-44487; CVE-2025-8671, in which the
 * client makes the server do it). Somebody who scrolls fast through many pictures stays far below.
 */
export const RESETS: Rate = { burst: 400, rate: 40 };
/** PING (CVE-2019-9512). Clients that measure the line send one per round trip. */
export const PINGS: Rate = { burst: 1000, rate: 100 };
/** SETTINGS (CVE-2019-9515): one or two per session are usual. */
export const SETTINGS: Rate = { burst: 50, rate: 1 };
/**
 * Streams that never become a request, between two sweeps. Node resets those with a header list beyond its limits and
 * says nothing of it.
 */
export const LOST_STREAMS = 100;

/** What one stream may receive before somebody reads it, and all of a session together; in bytes. */
const STREAM_WINDOW = 256 * 1024;
export const SESSION_WINDOW = 1024 * 1024;

/**
 * What node's session guards by itself. It has no word for a header list beyond its limits, so these are higher than
 * ours, and streams beyond them are reset. Two guards are nghttp2's own and cannot be set: a header block has at most
 * 8 CONTINUATION frames (CVE-2024-28182), and useless frames such as PRIORITY have a rate limit.
 */
export const SESSION_OPTIONS: ServerOptions = {
  settings: {
    maxConcurrentStreams: 100,
    initialWindowSize: STREAM_WINDOW,
    maxHeaderListSize: 64 * 1024,
    // The compression tables of both sides, in bytes. One entry repeated (an HPACK bomb, CVE-2016-6581) counts whole
    // each time in the size of the list.
    headerTableSize: 4096,
  },
  maxDeflateDynamicTableSize: 4096,
  maxHeaderListPairs: 300,
  /** Room for the largest header that an app may answer with, in bytes. */
  maxSendHeaderBlockLength: 256 * 1024,
  maxOutstandingPings: 10,
  maxSettings: 32,
  /** Frames against the rules that need no end of the session, empty DATA among them (CVE-2019-9518). */
  maxSessionInvalidFrames: 500,
  /** Streams that were refused, for being too many at once for example. */
  maxSessionRejectedStreams: 100,
  /** In megabytes: header lists, frames and parts of bodies on their way. */
  maxSessionMemory: 20,
  // Resets that the client sends are counted here as well, before a request is made of them.
  streamResetBurst: RESETS.burst,
  streamResetRate: RESETS.rate,
  // Apps answer with doubled headers now and then, which is not ours to judge.
  strictSingleValueFields: false,
};

/** Counts against a rate. */
export class Allowance {
  readonly #rate: Rate;
  #left: number;
  #at: number;

  /** `now` in ms. */
  constructor(rate: Rate, now: number) {
    this.#rate = rate;
    this.#left = rate.burst;
    this.#at = now;
  }

  /** Takes one; false when there is none left. `now` in ms. */
  take(now: number): boolean {
    const { burst, rate } = this.#rate;
    this.#left = Math.min(burst, this.#left + ((now - this.#at) / 1000) * rate) - 1;
    this.#at = now;
    return this.#left >= 0;
  }
}
