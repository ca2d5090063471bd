/** The pages of the demo's notice board. All addresses in them are relative, so that they work below any prefix. */

export const BOARD_HTML = `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Notice board</title>
  <link rel="icon" href="icon.svg" type="image/svg+xml">
  <link rel="stylesheet" href="board.css">
</head>
<body>
  <main>
    <h1>Notice board</h1>
    <p>A small app that belongs to the Nekzus demo. It listens on this machine only and knows nothing of
      certificates or sign-in: the gateway in front of it does both. Two things on this page are live.</p>
    <section aria-labelledby="clock-title">
      <h2 id="clock-title">Events from the server</h2>
      <p>One line of text each second over a single HTTP answer that never ends (server-sent events). If a proxy held
        answers back, this number would stand still.</p>
      <p class="count"><output id="count">–</output> <span id="events-state">connecting</span></p>
    </section>
    <section aria-labelledby="notes-title">
      <h2 id="notes-title">Notes for everyone</h2>
      <p>A WebSocket. What you pin here comes back from the server, and appears at once in every other window
        that shows this board. Nothing is kept.</p>
      <form id="form">
        <label for="note">Your note</label>
        <div class="row"><input id="note" maxlength="200" autocomplete="off" required><button>Pin</button></div>
      </form>
      <p id="notes-state" role="status">connecting</p>
      <ul id="notes" aria-live="polite"></ul>
    </section>
  </main>
  <script src="board.js"></script>
</body>
</html>
`;

export const BOARD_CSS = `:root { color-scheme: light dark; --paper: #fffdf5; --ink: #2c2618; --soft: #6d6450; --line: #e2d9c0; --pin: #b3541e; --on-pin: #fff; }
@media (prefers-color-scheme: dark) { :root { --paper: #201d17; --ink: #f0ead9; --soft: #b0a68e; --line: #454032; --pin: #f0a060; --on-pin: #201d17; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; }
main { max-width: 42rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 .75rem; }
h2 { font-size: 1.15rem; margin: 0 0 .25rem; }
section { border-top: 1px solid var(--line); margin-top: 2rem; padding-top: 1.5rem; }
.count output { font-size: 2.5rem; font-weight: 650; font-variant-numeric: tabular-nums; }
.count span, #notes-state { color: var(--soft); font-size: .9rem; }
label { display: block; font-weight: 600; margin-bottom: .25rem; }
.row { display: flex; gap: .5rem; }
input { flex: 1; min-width: 0; }
input, button { font: inherit; padding: .55rem .8rem; border-radius: .5rem; border: 1px solid var(--soft); background: transparent; color: inherit; }
button { background: var(--pin); border-color: var(--pin); color: var(--on-pin); font-weight: 600; cursor: pointer; }
:focus-visible { outline: 2px solid var(--pin); outline-offset: 2px; }
ul { list-style: none; margin: 0; padding: 0; }
li { border: 1px solid var(--line); border-left: 4px solid var(--pin); border-radius: .4rem; padding: .5rem .8rem; margin-top: .5rem; overflow-wrap: anywhere; }
`;

export const BOARD_JS = `"use strict";
const $ = (id) => document.getElementById(id);

const events = new EventSource("events");
events.onmessage = (event) => {
  $("count").textContent = event.data;
  $("events-state").textContent = "seconds since the demo began";
};
events.onerror = () => { $("events-state").textContent = "the connection broke; trying again"; };

let socket;
function connect() {
  const address = new URL("notes", document.baseURI);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  socket = new WebSocket(address);
  socket.onopen = () => { $("notes-state").textContent = "connected"; };
  socket.onmessage = (event) => {
    const item = document.createElement("li");
    item.textContent = event.data;
    $("notes").prepend(item);
    while ($("notes").children.length > 20) $("notes").lastElementChild.remove();
  };
  socket.onclose = () => {
    $("notes-state").textContent = "not connected; trying again";
    setTimeout(connect, 2000);
  };
}
connect();

$("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = $("note").value.trim();
  if (!text || socket.readyState !== WebSocket.OPEN) return;
  socket.send(text);
  $("note").value = "";
});
`;

export const BOARD_ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect x="8" y="10" width="48" height="48" rx="8" fill="#f2c879"/><path d="M18 30h28M18 40h28M18 50h16" stroke="#7a4a1c" stroke-width="4" stroke-linecap="round"/><circle cx="32" cy="12" r="7" fill="#b3541e"/></svg>
`;
