import type { discovery as contract } from "@nekzus/contract";
import type { z } from "zod";

/** Something that a person should know before approving a service. */
export type SecurityRemark = z.output<typeof contract.SecurityRemark>;

/** The most serious first; those of one severity stay in their order. */
export function bySeverity(remarks: readonly SecurityRemark[]): SecurityRemark[] {
  const order: readonly SecurityRemark["severity"][] = ["danger", "warning", "info"];
  return [...remarks].sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
}
