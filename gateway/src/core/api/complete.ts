import type { EndpointSpec } from "@nekzus/contract";
import type { Binding } from "../http/binding.ts";

/**
 * Throws when the contract is not kept as a whole: an endpoint that nobody answers, one that two answer, one that is
 * bound but not listed, or two endpoints with one id. Asked at the start, so that such a mistake never goes unseen.
 */
export function checkComplete(endpoints: readonly EndpointSpec[], bindings: readonly Binding[]): void {
  const faults: string[] = [];
  const count = (of: readonly EndpointSpec[], id: string) => of.filter((endpoint) => endpoint.id === id).length;
  const bound = bindings.map(({ endpoint }) => endpoint);
  for (const id of new Set([...endpoints, ...bound].map((endpoint) => endpoint.id))) {
    const listed = count(endpoints, id);
    const times = count(bound, id);
    if (listed !== 1) faults.push(`${id} is ${listed ? `listed ${listed} times` : "bound, but not in the contract"}`);
    else if (times !== 1) faults.push(`${id} is ${times ? `bound ${times} times` : "not bound"}`);
  }
  if (faults.length) throw new Error(`The API does not keep its contract: ${faults.join("; ")}.`);
}
