/**
 * A referrer policy, of a header, a `<meta>` or an attribute, that tells the app's own origin where a request comes from,
 * by which what left the prefix is led back. Other origins learn no more than they would. `never` is how `<meta>` says
 * `no-referrer` in old pages (HTML, "Standard metadata names").
 */
export function toldAtHome(policy: string): string {
  return policy
    .replace(/\bno-referrer\b(?!-)|^[\t ]*never[\t ]*$/gi, "same-origin")
    .replace(/(^|,)([\t ]*)(?:strict-)?origin([\t ]*)(?=,|$)/gi, "$1$2strict-origin-when-cross-origin$3");
}
