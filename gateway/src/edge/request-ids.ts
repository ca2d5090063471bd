import { randomBytes } from "node:crypto";

/** Makes ids of requests for logs: unlike those of every other process, one after the other. They are no secrets. */
export function createRequestIds(): () => string {
  const prefix = randomBytes(6).toString("hex");
  let count = 0;
  return () => `${prefix}-${(++count).toString(36)}`;
}
