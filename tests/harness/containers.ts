import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { promisify } from "node:util";
import { whenDone } from "./cleanup.ts";
import { eventually } from "./eventually.ts";
import type { Gateway } from "./gateway.ts";

const run = promisify(execFile);

/** Calls the `docker` program of the lab and answers what it prints. */
export async function docker(...args: string[]): Promise<string> {
  return (await run("docker", args)).stdout.trim();
}

/** A name that no other test uses. */
export function uniqueName(prefix: string): string {
  return `${prefix}-${randomBytes(4).toString("hex")}`;
}

/** Settings that let a gateway look at the lab's engine. */
export const ENGINE = { discovery: { enabled: true, docker: { socket_path: process.env.DOCKER_HOST ?? "" } } };

/**
 * Starts a container with labels; nothing of it is published unless `options` of `docker run` say so. The default image
 * is an echo of requests on port 3000. Removed when the test (or, from `beforeAll`, the file) has finished.
 */
export async function startContainer(
  name: string,
  labels: Readonly<Record<string, string>>,
  image = "lab/node:1",
  options: readonly string[] = [],
): Promise<void> {
  whenDone(() => docker("rm", "-f", "-v", name).catch(() => {}));
  const flags = Object.entries(labels).flatMap(([key, value]) => ["--label", `${key}=${value}`]);
  await docker("run", "-d", "--name", name, ...flags, ...options, image);
}

/** A proposal as the API answers it, as far as tests look at it. */
export type Proposed = {
  id: string;
  detectedHost: string;
  detectedPort: number;
  suggestedApp: { id: string; name: string; icon: string; tags: string[] };
  suggestedRoute: { pathBase: string; to: string; scopes: string[] };
  securityNotes: string[];
  securityRemarks: { code: string; severity: string; message: string; advice: string }[];
};

/** What the gateway proposes now. */
export async function proposals(gateway: Gateway): Promise<Proposed[]> {
  return (await gateway.admin("GET", "/api/v1/discovery/proposals")).json as Proposed[];
}

/** Waits until the container of this name is proposed. */
export function proposed(gateway: Gateway, name: string): Promise<Proposed> {
  const wanted = `_${name.replace(/[^A-Za-z0-9]/g, "_")}_`;
  return eventually(`${name} is proposed`, async () =>
    (await proposals(gateway)).find(({ id }) => id.includes(wanted)),
  );
}

/** Approves a proposal; throws when that is refused. */
export async function approve(
  gateway: Gateway,
  proposal: Proposed,
): Promise<{ route: { routeId: string; to: string } }> {
  const answer = await gateway.admin("POST", `/api/v1/discovery/proposals/${proposal.id}/approve`);
  const body = answer.json as { status: string; route: { routeId: string; to: string } };
  if (answer.status !== 200 || body.status !== "approved")
    throw new Error(`not approved, ${answer.status}: ${answer.text}`);
  return body;
}
