/** Who a request acts as. */
export type Principal = {
  kind: "anonymous" | "local" | "user" | "device" | "apikey" | "peer";
  /** `user:1`, `device:…`, `local`, `anonymous`. */
  id: string;
  /** The name to show and to pass in identity headers. */
  name: string;
  scopes: readonly string[];
  /** Of a device: the scopes that it was given by name, and not by an `access:*` that is cut to its owner's apps. */
  named?: readonly string[] | undefined;
};

export const ANONYMOUS: Principal = { kind: "anonymous", id: "anonymous", name: "anonymous", scopes: [] };

/** `local` holds all scopes (ruling R2). */
export const LOCAL: Principal = {
  kind: "local",
  id: "local",
  name: "local",
  scopes: ["read:*", "write:*", "access:*", "access:admin"],
};
