import { focusManager } from "@tanstack/react-query";
import { type Connection, createConnection } from "./connection.ts";
import { healthzApi, me } from "./endpoints.gen.ts";
import { asFailure, Failure } from "./failure.ts";
import { keyOf, queryClient } from "./query-client.ts";
import { createSend } from "./request.ts";
import { createSession, createSessionCheck } from "./session.ts";

/** Longest wait for the answer to "are you there?", in ms. */
const PROBE_MS = 3000;

const now = () => Date.now();
const browserFetch = (address: string, init: RequestInit) => fetch(address, init);

/** The browser session of this page. */
export const session = createSession(() => localStorage);

/** The link to the gateway. */
export const connection: Connection = createConnection({
  probe,
  now,
  random: Math.random,
  isSeen: () => focusManager.isFocused(),
  onBack: () => void queryClient.invalidateQueries(),
});

/** Asks without judging a 401: the session check is not to check itself. */
const ask = createSend({
  fetch: browserFetch,
  proof: session.proof,
  now,
  onFailure: connection.doubt,
});

const checkSession = createSessionCheck(session, async () => {
  try {
    await ask(me);
    return "signed-in";
  } catch (error) {
    return asFailure(error).kind === "signed-out" ? "signed-out" : "unknown";
  }
});

/** Somebody heard that the session may be over: asks the gateway once whether it is. */
export function doubtSession(): void {
  void checkSession();
}

/** Asks the gateway, outside of what useRead and useChange do. */
export const send = createSend({
  fetch: browserFetch,
  proof: session.proof,
  now,
  onFailure(failure) {
    connection.doubt(failure);
    if (failure.kind === "signed-out") doubtSession();
  },
});

/** Every answer proves the gateway there, but for those that something before it gives in its place. */
async function probe(): Promise<boolean> {
  try {
    const { status } = await fetch(healthzApi.path, { cache: "no-store", signal: AbortSignal.timeout(PROBE_MS) });
    return status < 500;
  } catch {
    return false;
  }
}

/** Starts to notice what happens to the page: network, visibility, other windows. Called once. */
export function watchPage(): void {
  let signedIn = session.state.get().signedIn;
  session.state.subscribe(() => {
    const before = signedIn;
    const state = session.state.get();
    signedIn = state.signedIn;
    // What one person saw is not for the next. Of a page that is kept what it shows stays, and who is signed in is asked
    // before it is shown again.
    if (!state.signedIn && state.keepsPage) {
      queryClient.removeQueries({ type: "inactive" });
      queryClient
        .getQueryCache()
        .find({ queryKey: keyOf(me, {}) })
        ?.reset();
    } else if (!signedIn) queryClient.clear();
    else if (before) void queryClient.resetQueries();
    else void queryClient.invalidateQueries();
  });
  addEventListener("online", connection.retryNow);
  addEventListener("offline", () => connection.doubt(new Failure("unreachable", "The browser lost its network.")));
  addEventListener("storage", ({ key }) => session.noticeStorage(key));
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) connection.retryNow();
  });
}
