import type { ReactNode } from "react";

/** What a toast says. */
export type Toast = {
  /** What was done: "Route deleted". */
  text: ReactNode;
  /** Takes it back; the toast shows how long that is offered. A rejection is shown as a toast that stays. */
  undo?(): Promise<void>;
  /** What to say when `undo` fails. */
  undoFailed?: string;
  /** `bad` stays until it is dismissed. */
  tone?: "good" | "bad";
};

/** A toast in the queue. */
export type Saying = { id: number; toast: Toast };
