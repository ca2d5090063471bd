const listeners = new WeakMap<Document, (() => void)[]>();

/** Lets `listen` add listeners to a document or its window, and once more when they are lost. */
export function keepListening(document: Document, listen: () => void): void {
  listen();
  listeners.set(document, [...(listeners.get(document) ?? []), listen]);
}

/** Listens again where a document has lost its listeners; where it has not, nothing changes. */
export function listenAgain(document: Document): void {
  for (const listen of listeners.get(document) ?? []) listen();
}
