import type { ReactNode } from "react";

/** A question before something with consequences. */
export type Question = {
  /** "Delete the route to Grafana?" */
  title: ReactNode;
  text?: ReactNode;
  /** What will happen, point by point. */
  consequences?: readonly ReactNode[];
  /** What the button does: "Delete route". */
  action: string;
  /** What the safe button says; "Cancel" unless given. */
  keep?: string;
  /** The action destroys something. */
  danger?: boolean;
  /** The name to type first; only for what cannot be undone. */
  typeName?: string;
};
