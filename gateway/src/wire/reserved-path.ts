/** Paths that begin so are the gateway's own, also at an app's host name: there browsers redeem their sign-in. */
export const RESERVED_PATH = "/.nekzus/";
