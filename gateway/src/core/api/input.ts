import type { EndpointSpec, ErrorDetail } from "@nekzus/contract";
import type { z } from "zod";
import { Problem } from "../../kit/problem.ts";

/** Most reasons that are listed; a hostile body could have thousands. */
const MAX_DETAILS = 50;

/** Validates what came in against the contract. Throws a Problem that names every wrong value. */
export function readInput(
  endpoint: EndpointSpec,
  request: { params: unknown; query: unknown; body: Buffer | undefined },
): { params: unknown; query: unknown; body: unknown } {
  const details: ErrorDetail[] = [...nulIn(request.params), ...nulIn(request.query)];
  const params = check(endpoint.params, request.params, "", details);
  const query = check(endpoint.query, request.query, "", details);
  const body = endpoint.body
    ? check(endpoint.body, parseBody(endpoint, request.body), "", details, endpoint)
    : undefined;
  if (details.length) {
    const [first] = details as [ErrorDetail];
    throw new Problem(
      "VALIDATION_FAILED",
      `${first.path || "The body"}: ${first.reason}`,
      details.slice(0, MAX_DETAILS),
    );
  }
  return { params, query, body };
}

/** A refusal by the schema, with what else is wrong with the body. Any other error comes back as it was. */
export async function withFaults(
  error: unknown,
  faults: (body: unknown) => Promise<ErrorDetail[]>,
  body: Buffer,
): Promise<unknown> {
  if (!(error instanceof Problem) || error.code !== "VALIDATION_FAILED") return error;
  const named = error.details ?? [];
  const known = new Set(named.map(({ path }) => path));
  const more = (await faults(JSON.parse(body.toString()))).filter(({ path }) => !known.has(path));
  return new Problem("VALIDATION_FAILED", error.message, [...named, ...more].slice(0, MAX_DETAILS));
}

function check(
  schema: z.ZodType | undefined,
  value: unknown,
  prefix: string,
  details: ErrorDetail[],
  optionalFor?: EndpointSpec,
): unknown {
  if (!schema) return undefined;
  if (value === undefined && optionalFor?.bodyOptional) return undefined;
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  for (const { path, message } of result.error.issues) {
    details.push({ path: prefix + path.map(String).join("."), reason: message });
  }
  return undefined;
}

function parseBody(endpoint: EndpointSpec, bytes: Buffer | undefined): unknown {
  if (!bytes?.length) {
    if (endpoint.bodyOptional) return undefined;
    throw new Problem("INVALID_JSON", "A JSON body is required.");
  }
  let text: string;
  let value: unknown;
  try {
    // Not UTF-8, not JSON (RFC 8259, section 8.1).
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    value = JSON.parse(text);
  } catch {
    throw new Problem("INVALID_JSON", "The body is not valid JSON.");
  }
  // Only this escape can stand for it, and what looks like it is often text: the value tells.
  if (text.includes("\\u0000") && holdsNul(value)) {
    throw new Problem("VALIDATION_FAILED", `The body: ${NUL_REASON}`, [{ path: "", reason: NUL_REASON }]);
  }
  return value;
}

/** PostgreSQL keeps no such text, and no name or message has it: refused on both databases alike. */
const NUL_REASON = "must not hold the character U+0000";

function nulIn(named: unknown): ErrorDetail[] {
  return Object.entries(named ?? {}).flatMap(([path, value]) =>
    holdsNul(value) ? [{ path, reason: NUL_REASON }] : [],
  );
}

/** Without recursion: a body may be nested as deep as it is long. */
function holdsNul(value: unknown): boolean {
  const left = [value];
  while (left.length) {
    const one = left.pop();
    if (typeof one === "string" && one.includes("\0")) return true;
    if (typeof one === "object" && one !== null) {
      for (const [key, inner] of Object.entries(one)) left.push(key, inner);
    }
  }
  return false;
}
