/** Where to go after signing in: the app somebody wanted to open. Only ids and paths below /apps/, never addresses. */

const PATH = "nekzus.path";

/** Keeps for this tab which path of an app was wanted. */
export function rememberPath(app, path) {
  try {
    sessionStorage.setItem(PATH, `${app} ${path}`);
  } catch {
    // The app opens at its start then.
  }
}

/** The app id in `?app=`, when it looks like one. */
export function wantedApp() {
  const id = new URLSearchParams(location.search).get("app") ?? "";
  return /^[A-Za-z0-9_-]{1,64}$/.test(id) ? id : undefined;
}

/** The path to open, once; undefined when no app is wanted. */
export function takeReturnPath() {
  const app = wantedApp();
  if (!app) return undefined;
  history.replaceState(null, "", location.pathname);
  let path = "";
  try {
    path = sessionStorage.getItem(PATH) ?? "";
    sessionStorage.removeItem(PATH);
  } catch {
    path = "";
  }
  return path.startsWith(`${app} /apps/`) ? path.slice(app.length + 1) : `/apps/${app}/`;
}
