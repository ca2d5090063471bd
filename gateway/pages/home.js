import { call, keepProof, onSignOutElsewhere, proof, showError } from "./api.js";
import { showApps } from "./home-apps.js";
import { showProposals } from "./home-proposals.js";
import { takeReturnPath, wantedApp } from "./return-path.js";

/** How often apps and proposals are asked for while the page is seen, in ms. */
const REFRESH_MS = 15_000;

const $ = (id) => document.getElementById(id);
const VIEWS = ["loading", "setup", "sign-in", "trouble", "home"];

let admin = false;
let busy = false;

/** Shows one view and moves the focus there, so that a screen reader reads on. */
function show(view, focus) {
  for (const id of VIEWS) $(id).hidden = id !== view;
  for (const id of ["who", "sign-out"]) $(id).hidden = view !== "home";
  if (focus) $(focus).focus();
}

async function begin() {
  show("loading");
  try {
    if (proof() && (await signedIn())) return;
    const { setupRequired } = await call("GET", "/api/v1/auth/setup-status");
    if (setupRequired) showSetup();
    else showSignIn();
  } catch (error) {
    showError($("trouble-text"), error);
    show("trouble", "trouble-title");
  }
}

/** Shows the apps when the session still holds; false when it does not. */
async function signedIn() {
  let me;
  try {
    me = await call("GET", "/api/v1/auth/me");
  } catch (error) {
    if (error.status !== 401) throw error;
    keepProof(undefined);
    return false;
  }
  const path = takeReturnPath();
  if (path) {
    location.replace(path);
    return true;
  }
  admin = me.scopes.includes("write:*");
  $("who").textContent = me.user.username;
  $("who").title = me.user.role === "admin" ? "Administrator" : "Member";
  await refresh(true);
  return true;
}

function showSetup() {
  // A link that the gateway printed may carry the code behind #, which no server sees.
  const code = new URLSearchParams(location.hash.slice(1)).get("setup");
  if (code) {
    $("setup-code").value = code;
    history.replaceState(null, "", location.pathname + location.search);
  }
  show("setup", "setup-name");
}

function showSignIn(reason) {
  const text = wantedApp() ? "Sign in to open the app." : "Sign in to open your apps.";
  $("sign-in-reason").textContent = reason ?? text;
  $("password").value = "";
  for (const list of ["apps", "proposal-list"]) $(list).replaceChildren();
  show("sign-in", $("name").value ? "password" : "name");
}

/** Where apps share the API's address, their scripts could use this page's session: it lists nothing. */
const NOT_LISTED =
  "On this gateway the apps share this address, so this page may not list them. Open an app by its address, /apps/NAME/.";

async function refresh(first = false) {
  try {
    const [apps, proposals] = await Promise.all([
      call("GET", "/api/v1/apps"),
      admin ? call("GET", "/api/v1/discovery/proposals") : [],
    ]);
    showError($("home-error"), undefined);
    showApps(apps, admin);
    showProposals(proposals, decide);
    if (first) show("home", "apps-title");
  } catch (error) {
    if (error.status === 401) return sessionEnded();
    if (error.status === 403) error.message = NOT_LISTED;
    else if (first) throw error;
    showError($("home-error"), error);
    if (first) show("home", "apps-title");
  }
}

/** Asks again while the apps are shown, unless the last question is still open. */
async function refreshWhenSeen() {
  if (busy || document.hidden || $("home").hidden) return;
  busy = true;
  await refresh();
  busy = false;
}

/** Approves or dismisses a proposal and shows what became of it. */
async function decide(proposal, decision, port) {
  const body = decision === "approve" && port ? { port } : undefined;
  try {
    const path = `/api/v1/discovery/proposals/${encodeURIComponent(proposal.id)}/${decision}`;
    const answer = await call("POST", path, body);
    const done = decision === "approve" ? "is now one of the apps" : "was dismissed";
    await refresh();
    const name = proposal.suggestedApp.name;
    $("home-status").textContent = answer.message ?? `${name} ${done}.`;
    $($("proposals").hidden ? "apps-title" : "proposals-title").focus();
  } catch (error) {
    if (error.status === 401) sessionEnded();
    else {
      showError($("home-error"), error);
      $("home-error").scrollIntoView({ block: "nearest" });
    }
  }
}

function sessionEnded() {
  keepProof(undefined);
  showSignIn("Your session has ended. Sign in again.");
}

async function logIn(username, password) {
  const { proof: given } = await call("POST", "/api/v1/auth/login", { username, password, session: true });
  keepProof(given);
  if (!(await signedIn())) showSignIn("The browser did not keep the session. Allow cookies for this address.");
}

/** Runs a form's work with its button held, and shows what went wrong above the fields. */
function onSubmit(form, errors, work) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button[type=submit]");
    if (button.disabled) return;
    button.disabled = true;
    showError(errors, undefined);
    try {
      await work(Object.fromEntries(new FormData(form)));
    } catch (error) {
      showError(errors, error);
    } finally {
      button.disabled = false;
    }
  });
}

onSubmit($("sign-in-form"), $("sign-in-error"), ({ username, password }) => logIn(username, password));

onSubmit($("setup-form"), $("setup-error"), async ({ username, password, setupCode }) => {
  try {
    await call("POST", "/api/v1/auth/setup", { username, password, setupCode: setupCode.trim() });
  } catch (error) {
    if (error.code !== "SETUP_ALREADY_COMPLETED") throw error;
    showSignIn("Somebody has set this gateway up already. Sign in.");
    return;
  }
  $("name").value = username;
  showSignIn();
  await logIn(username, password).catch((error) => showError($("sign-in-error"), error));
});

for (const button of document.querySelectorAll("[data-shows]")) {
  button.addEventListener("click", () => {
    const field = $(button.dataset.shows);
    const shown = field.type === "password";
    field.type = shown ? "text" : "password";
    button.textContent = shown ? "Hide" : "Show";
    button.setAttribute("aria-pressed", String(shown));
    button.setAttribute("aria-label", shown ? "Hide the password" : "Show the password");
  });
}

$("sign-out").addEventListener("click", async () => {
  try {
    await call("POST", "/api/v1/auth/logout");
  } catch (error) {
    // Forgetting the proof here would leave a session that nobody can see.
    if (error.status !== 401) return showError($("home-error"), error);
  }
  keepProof(undefined);
  showSignIn("You are signed out.");
});

$("retry").addEventListener("click", begin);
$("plain-http").hidden = location.protocol !== "http:";
onSignOutElsewhere(() => {
  if (!$("home").hidden) showSignIn("You signed out in another window.");
});
setInterval(refreshWhenSeen, REFRESH_MS);
document.addEventListener("visibilitychange", refreshWhenSeen);
begin();
