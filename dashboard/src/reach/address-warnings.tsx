import { Callout } from "../design/callout.tsx";
import type { Addresses } from "./addresses.ts";

/** What the gateway says deserves attention about its addresses, each with what to do. */
export function AddressWarnings({ addresses }: { addresses: Addresses }) {
  if (addresses.warnings.length === 0) return null;
  return (
    <div className="space-y-2">
      {addresses.warnings.map((warning) => (
        <Callout key={warning} tone="warn" title={warning} />
      ))}
    </div>
  );
}
