/**
 * Shows messages of the gateway while no page of ours is open. It answers no requests, and below its place there is no
 * page that it could control.
 */

/** Where a press on a message leads, by what it is about. */
const PLACES = {
  app_down: "/ui/",
  app_registered: "/ui/",
  discovery: "/ui/discovery",
  pairing_asked: "/ui/devices",
  device_paired: "/ui/devices",
  device_revoked: "/ui/devices",
  test: "/ui/account",
};
const ELSEWHERE = "/ui/?notices=shown";

addEventListener("push", (event) => event.waitUntil(show(messageOf(event.data))));
addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data.place));
});

/** What cannot be read is told all the same: browsers end subscriptions that show nothing. */
function messageOf(data) {
  try {
    return data.json();
  } catch {
    return { title: "Nekzus", body: "" };
  }
}

function show({ id, title, body, severity, event, timestamp }) {
  return registration.showNotification(String(title), {
    body: String(body),
    // The same message sent twice is shown once.
    tag: String(id),
    icon: "/assets/icon-192.png",
    timestamp: Number(timestamp) || Date.now(),
    requireInteraction: severity === "critical",
    data: { place: Object.hasOwn(PLACES, event) ? PLACES[event] : ELSEWHERE },
  });
}

/** Shows the page in the window that shows it already, or in a new one. */
async function open(place) {
  const address = new URL(place, location.origin).href;
  const windows = await clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = windows.find(({ url }) => url === address);
  return there ? there.focus() : clients.openWindow(address);
}
