/** Where to go after signing in: the dashboard reads it and trusts only paths below /apps/. */

const PATH = "nekzus.path";

/** Keeps for this tab which path of an app was wanted. */
export function rememberPath(app, path) {
  try {
    sessionStorage.setItem(PATH, `${app} ${path}`);
  } catch {
    // The app opens at its start then.
  }
}
