import { LOCAL } from "./principal.ts";
import type { Subject } from "./snapshot.ts";

/**
 * Whom the edges see when the gateway looks at an app itself. Only the core signs tokens for it: each opens one app, on
 * the apps' listener, for a short time. It is no person: it can neither sign in nor call the API, and apps are not told
 * of it in identity headers, since some make an account for everybody of whom they hear.
 */
export const VISITOR: Subject = {
  id: "gateway:check",
  kind: "user",
  name: "Nekzus check",
  generation: 0,
  scopes: LOCAL.scopes,
};
