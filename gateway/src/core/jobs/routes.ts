import { system } from "@nekzus/contract";
import { type Binding, bind } from "../http/binding.ts";
import type { Jobs } from "./jobs.ts";

/** The endpoints of long work. */
export function jobRoutes(jobs: Jobs): Binding[] {
  return [
    bind(system.jobsList, async ({ query }) => ({ body: await jobs.list(query.limit) })),
    bind(system.jobGet, async ({ params }) => ({ body: await jobs.get(params.jobId) })),
    bind(system.jobCancel, async ({ params }) => ({ body: await jobs.cancel(params.jobId) })),
  ];
}
