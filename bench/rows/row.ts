import type { Contestant } from "../contestants.ts";
import type { Gateway, GatewayOptions } from "../gateway.ts";
import type { Lab } from "../lab.ts";
import type { Result } from "../result.ts";
import type { Turns } from "../rounds.ts";

/** What rows measure with. */
export type Bench = {
  lab: Lab;
  /** For rows that are compared. */
  turns: Turns;
  /** Our gateway in front of the lab's upstream, started once for all rows. */
  gateway(secure: boolean): Promise<Gateway>;
  /** Another one, fresh, for this row only. It is ended when the row is over. */
  freshGateway(options: GatewayOptions): Promise<Gateway>;
  /** nginx, HAProxy, Caddy and ours with a token. */
  contestants(secure: boolean): Promise<Contestant[]>;
};

/** One thing that is measured. */
export type Row = {
  /** What it is called on the command line. */
  id: string;
  title: string;
  /** Takes the figures. What cannot be measured throws, which counts as a failure. */
  run(bench: Bench): Promise<Pick<Result, "lines" | "gates"> & Partial<Result>>;
};
