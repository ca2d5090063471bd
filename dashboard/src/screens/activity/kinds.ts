import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";

/** What the feed can be filtered by: a name for the address, and the types of entries that belong to it. */
export const KINDS: readonly { id: string; label: MessageDescriptor; types: readonly string[] }[] = [
  { id: "", label: msg`Everything`, types: [] },
  { id: "health", label: msg`Health of apps`, types: ["health_change"] },
  { id: "webhooks", label: msg`Webhooks`, types: ["webhook.activity"] },
  { id: "devices", label: msg`Devices`, types: ["pairing_asked", "device_paired", "device_revoked"] },
  {
    id: "apps",
    label: msg`Apps and discovery`,
    types: ["app_registered", "security_warning", "app_removed", "proposal_dismissed", "rediscovery_triggered"],
  },
  { id: "gateway", label: msg`Gateway and jobs`, types: ["config_reload", "config_warning", "job_failed"] },
];
