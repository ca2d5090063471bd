/** Where to go after signing in: the app somebody wanted to open. Only ids and paths below /apps/, never addresses. */

/** Written by the gateway's page that opens apps, for this tab: the app's id, a space, the path. */
const KEY = "nekzus.path";

/** The app in `?app=`, when it looks like an id. */
export function wantedApp(search = location.search): string | undefined {
  const id = new URLSearchParams(search).get("app") ?? "";
  return /^[A-Za-z0-9_-]{1,64}$/.test(id) ? id : undefined;
}

/** The path to open after signing in, once; undefined when no app is wanted. */
export function takeReturnPath(): string | undefined {
  const app = wantedApp();
  if (!app) return undefined;
  history.replaceState(history.state, "", "/ui/");
  const path = takeStored();
  return path.startsWith(`${app} /apps/`) ? path.slice(app.length + 1) : `/apps/${app}/`;
}

/** Without storage (some private windows) the app opens at its start. */
function takeStored(): string {
  try {
    const path = sessionStorage.getItem(KEY) ?? "";
    sessionStorage.removeItem(KEY);
    return path;
  } catch {
    return "";
  }
}
