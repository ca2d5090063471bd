import { focusManager } from "@tanstack/react-query";
import { applyEvent } from "./apply-event.ts";
import { Failure } from "./failure.ts";
import { connection, doubtSession, session } from "./gateway.ts";
import { createLiveSocket } from "./live-socket.ts";
import { live } from "./live-state.ts";
import { queryClient } from "./query-client.ts";

/** The gateway's code for "sign in again". */
const SIGN_IN = 4401;

const socket = createLiveSocket({
  open: () => new WebSocket(`${location.origin.replace(/^http/, "ws")}/api/v1/ws`),
  proof: session.proof,
  // The link asks by itself whether the gateway is there, and says when it is.
  mayTry: () => connection.link.get().state === "live" && focusManager.isFocused(),
  random: Math.random,
  onMessage: ({ type, data }) => applyEvent(type, data),
  onGap: () => void queryClient.invalidateQueries(),
  onState: (isLive) => live.set(isLive ? "live" : "off"),
  onLost(code) {
    if (code === SIGN_IN) doubtSession();
    else connection.doubt(new Failure("unreachable", "The event socket was closed."));
  },
});

/** Holds the event socket open while somebody is signed in. Called once. */
export function watchLive(): void {
  let proof = "";
  function follow(): void {
    if (session.proof() === proof) return;
    // Another person's session hears what they may hear.
    if (proof) socket.stop();
    proof = session.proof();
    if (proof) socket.start();
  }
  follow();
  session.state.subscribe(follow);
  connection.link.subscribe(socket.retryNow);
  focusManager.subscribe(socket.retryNow);
}
