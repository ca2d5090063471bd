import { useState } from "react";
import { auditExport } from "../../api/endpoints.gen.ts";
import { send } from "../../api/gateway.ts";

type Filter = { action?: string; actor?: string; success?: "true" | "false" };

/** Saves what the filters let through as a file. */
export function useExport(filter: Filter): { run(): Promise<void>; isRunning: boolean; failed: boolean } {
  const [state, setState] = useState<"idle" | "running" | "failed">("idle");

  async function run(): Promise<void> {
    setState("running");
    try {
      const { data } = await send(auditExport, { query: { ...filter, format: "csv" } });
      const address = URL.createObjectURL(data as Blob);
      const link = document.createElement("a");
      link.href = address;
      link.download = "nekzus-audit.csv";
      link.click();
      // The browser reads it after this turn.
      setTimeout(() => URL.revokeObjectURL(address), 10_000);
      setState("idle");
    } catch {
      setState("failed");
    }
  }

  return { run, isRunning: state === "running", failed: state === "failed" };
}
