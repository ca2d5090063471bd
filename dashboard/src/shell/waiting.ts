import { proposalsList } from "../api/endpoints.gen.ts";
import { type Read, useRead } from "../api/use-read.ts";
import { usePerson } from "./person.tsx";

/** How often proposals are counted while the page is looked at, in ms. */
const EVERY_MS = 20_000;

/** What waits for a decision, as far as it could be read. */
export type Waiting = Omit<Read<unknown>, "data" | "updatedAt"> & {
  /** How many proposals; 0 when unknown, and for those who may not decide. */
  count: number;
};

/** Counts the proposals that wait for a decision. */
export function useWaiting(): Waiting {
  const person = usePerson();
  const { data, ...read } = useRead(proposalsList, {}, { every: EVERY_MS, enabled: person.may("write:*") });
  return { ...read, count: data?.length ?? 0 };
}
