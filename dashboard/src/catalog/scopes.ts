/** Is this a scope as the contract takes it: `read:`, `write:` or `access:`, followed by a name or `*`? */
export function isScope(text: string): boolean {
  return /^(read|write|access):(\*|[A-Za-z0-9_-]{1,64})$/.test(text);
}
