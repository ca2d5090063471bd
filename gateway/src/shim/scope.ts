/** The global object of a page, of a frame in it, or of a worker; a worker lacks most members. */
export type Scope = Window & typeof globalThis;

/** A member that not every browser or not every kind of scope has, or that the library of types does not know. */
export function member(owner: unknown, name: string): unknown {
  return (owner as Record<string, unknown> | undefined | null)?.[name];
}

/** The prototype of a class of this scope, where it has the class. */
export function prototypeOf(scope: Scope, name: string): object | undefined {
  return member(member(scope, name), "prototype") as object | undefined;
}
