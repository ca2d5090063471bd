/** Longest method, in characters: the longest registered one has 17. */
const MAX_METHOD = 32;
/** Those that come all the time, each as one and the same text: it is compared in many places. */
const USUAL = new Map(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"].map((method) => [method, method]));
/** Methods are case-sensitive, and none is registered with small letters: an app might take `get` for GET. */
const METHOD = /^[A-Z][A-Z_-]*$/;

/** The method of a request, whatever version of HTTP it came by; undefined when it is none that may pass. */
export function readMethod(text: string): string | undefined {
  const usual = USUAL.get(text);
  if (usual !== undefined) return usual;
  return text.length <= MAX_METHOD && METHOD.test(text) ? text : undefined;
}
