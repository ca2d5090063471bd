import { call, proof } from "./api.js";
import { rememberPath } from "./return-path.js";

/**
 * Opens an app from the API's own origin: with cookie and proof it gets a code that is good once, and moves on to
 * the origin of the apps, or to the app's own host name.
 */

const $ = (id) => document.getElementById(id);

const path = location.pathname + location.search;
/** Where the browser was before, when that was an app's own host name: the edge says so in our address. */
const there =
  location.pathname === "/apps/.nekzus/open" ? Object.fromEntries(new URLSearchParams(location.search)) : undefined;
// The server knows which app the path belongs to; only without it the path's first part is taken for its id. Of an app
// at a host name the first label stands for it, to be known again after the sign-in.
const appId = there
  ? String(there.host).split(".", 1)[0]
  : document.body.dataset.app || location.pathname.split("/")[2] || "";
/** What is being opened, for counting: `state` is another one each time where no cookie is kept. */
const opening = there ? `${there.host} ${there.path}` : path;

const TROUBLE = {
  403: ["You may not open this app", "Ask an administrator of this gateway to let you in."],
  404: ["No app at this address", "It may have been removed, or the address has a slip in it."],
  loop: [
    "The browser does not keep the sign-in",
    "Opening the app has led back here several times. Apps have an address of their own, and the browser seems to refuse cookies there. Allow them, then try again.",
  ],
};

const OPENED = "nekzus.opened";
/** This often in a row, each sooner than SOON_MS after the one before, nobody opens the same page by hand. */
const MOST = 5;
const SOON_MS = 20_000;

/** Are we being sent in a circle? Every circle leads over this page. */
function circling() {
  try {
    const last = JSON.parse(sessionStorage.getItem(OPENED) ?? "{}");
    const again = last.path === opening && Date.now() - last.at < SOON_MS;
    const count = again ? last.count + 1 : 1;
    sessionStorage.setItem(OPENED, JSON.stringify({ path: opening, at: Date.now(), count }));
    return count > MOST;
  } catch {
    // Without storage there is no proof either, and the sign-in waits for a person.
    return false;
  }
}

function tryAgain() {
  try {
    sessionStorage.removeItem(OPENED);
  } catch {
    // Nothing was counted.
  }
  location.reload();
}

/** Says what is wrong; `final` when trying again would change nothing. */
function fail(title, text, final = false) {
  document.title = title;
  $("trouble-title").textContent = title;
  $("trouble-text").textContent = text;
  $("waiting").hidden = true;
  $("again").hidden = final;
  $("trouble").hidden = false;
  $("trouble-title").focus();
}

function signIn() {
  rememberPath(appId, path + location.hash);
  location.replace(`/ui/sign-in?app=${encodeURIComponent(appId)}`);
}

async function open() {
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(appId)) return fail(...TROUBLE[404], true);
  if (circling()) return fail(...TROUBLE.loop);
  if (!proof()) return signIn();
  try {
    const { url } = there
      ? await call("POST", "/api/v1/auth/hand-over/host", { host: there.host, path: there.path, state: there.state })
      : await call("POST", "/api/v1/auth/hand-over", { appId, path });
    const target = new URL(url, location.href);
    if (target.protocol !== "https:" && target.protocol !== "http:") throw new Error("not an address of a page");
    // Browsers keep the part behind # over the redirect that follows.
    target.hash = location.hash;
    location.replace(target.href);
  } catch (error) {
    if (error.status === 401) signIn();
    else if (TROUBLE[error.status]) fail(...TROUBLE[error.status], true);
    else fail("The app could not be opened", error.message);
  }
}

$("again").addEventListener("click", tryAgain);
open();
