// An import would run every getter of the module, and one of them loads a whole HTTP client: a third of an edge's start.
const { STATUS_CODES } = process.getBuiltinModule("node:http");

/** The usual words for a status (RFC 9110, section 15); empty for one that has none. */
export function reasonOf(status: number): string {
  return STATUS_CODES[status] ?? "";
}
