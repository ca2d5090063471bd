import type { discovery as contract, EndpointOutput } from "@nekzus/contract";
import { Problem } from "../../kit/problem.ts";
import type { ApprovedApps } from "./approved-apps.ts";
import { type Choices, defaultPort, registrationOf } from "./proposal.ts";
import type { DiscoveredPort } from "./sources/source.ts";
import type { ProposalStore, StoredProposal } from "./store.ts";

/** What approving answers. */
export type Approved = EndpointOutput<typeof contract.proposalApprove>;

/** The fields of the catalog that the body of the call names otherwise; the rest lies below `route`. */
const FIELDS: Readonly<Record<string, string>> = { appId: "app.id", to: "port" };

/**
 * Makes the app and route of a waiting proposal, as proposed or as a person chose. Throws `INVALID_PORT`,
 * `ROUTE_CONFLICT`, `VALIDATION_FAILED` and `FORBIDDEN` (ruling R30), with details at the fields of the body.
 */
export async function approveProposal(
  { store, catalog }: { store: ProposalStore; catalog: ApprovedApps },
  id: string,
  portNumber: number | undefined,
  choices: Choices,
): Promise<Approved> {
  const proposal = await store.find(id);
  if (proposal?.state !== "pending") return alreadyProcessed(id, proposal);
  const port = portNumber === undefined ? defaultPort(proposal.service) : choosePort(proposal, portNumber);
  const registration = registrationOf(proposal, port, choices);
  const appId = registration.app.id;
  if (await catalog.appExists(appId)) throw appIdTaken(appId);
  // First under which id, then the app: should we die in between, the next look finds the app by it and completes the
  // decision.
  if (appId !== proposal.appId) await store.reserve(id, appId);
  const { app, route } = await catalog.register(registration).catch(async (error: unknown) => {
    if (appId !== proposal.appId) await store.reserve(id, proposal.appId);
    throw atFields(error);
  });
  await store.decide(id, "approved");
  return { status: "approved", id, app, route };
}

/** The answer to a decision about something that waits for none. */
export function alreadyProcessed(id: string, proposal: StoredProposal | undefined) {
  return { status: "already_processed", id, message: processedMessage(proposal) } as const;
}

function processedMessage(proposal: StoredProposal | undefined): string {
  if (!proposal) return "There is no such proposal any more: it was withdrawn or forgotten.";
  if (proposal.state === "pending") return "This proposal waits for a decision already.";
  return `This proposal was ${proposal.state} before.`;
}

function choosePort(proposal: StoredProposal, number: number): DiscoveredPort {
  const port = proposal.service.ports.find((candidate) => candidate.port === number);
  if (port) return port;
  const offered = proposal.service.ports.map((candidate) => candidate.port).join(", ");
  throw new Problem("INVALID_PORT", `Port ${number} is not offered by this proposal. Choose one of: ${offered}.`, [
    { path: "port", reason: `must be one of: ${offered}` },
  ]);
}

function appIdTaken(appId: string): Problem {
  return new Problem("ROUTE_CONFLICT", `The id "${appId}" belongs to another app. Choose another one.`, [
    { path: "app.id", reason: "belongs to another app" },
  ]);
}

/** The same error, with its details where the body of the call has them. */
function atFields(error: unknown): unknown {
  if (!(error instanceof Problem) || !error.details) return error;
  const details = error.details.map(({ path, reason }) => ({ path: FIELDS[path] ?? `route.${path}`, reason }));
  return new Problem(error.code, error.message, details, error.retryAfter);
}
