import { request } from "./api.js";

const $ = (id) => document.getElementById(id);

const HEALTH = {
  healthy: "Running",
  degraded: "Unsteady",
  unhealthy: "Not answering",
  unknown: "Not checked yet",
};
/** From this many apps on a filter helps. */
const FILTER_FROM = 9;
const TONES = 6;
/** The sign that discovery gives an app whose labels name none. */
const NO_CHOICE = "📦";

/** The tiles by app id; they are changed in place, so that focus and icons stay. */
const tiles = new Map();

/** Shows the apps, by name. */
export function showApps(apps, admin) {
  const list = $("apps");
  const ids = new Set(apps.map((app) => app.id));
  for (const [id, tile] of tiles) {
    if (ids.has(id) && list.contains(tile.item)) continue;
    tile.item.remove();
    tiles.delete(id);
  }
  apps.forEach((app, at) => {
    const tile = tiles.get(app.id) ?? makeTile(app);
    update(tile, app);
    if (list.children[at] !== tile.item) list.insertBefore(tile.item, list.children[at] ?? null);
  });
  $("filter").hidden = apps.length < FILTER_FROM;
  if ($("filter").hidden) $("filter").value = "";
  filter(admin);
}

function makeTile(app) {
  const item = $("tile-template").content.firstElementChild.cloneNode(true);
  const part = (name) => item.querySelector(`.${name}`);
  const tile = {
    item,
    link: part("tile"),
    icon: part("icon"),
    name: part("name"),
    about: part("about"),
    health: part("health"),
    iconOf: undefined,
  };
  tiles.set(app.id, tile);
  return tile;
}

function update(tile, app) {
  tile.link.href = app.proxyPath?.startsWith("/apps/") ? app.proxyPath : `/apps/${encodeURIComponent(app.id)}/`;
  tile.name.textContent = app.name;
  tile.name.title = app.name;
  tile.about.textContent = app.description || app.group || "";
  tile.about.hidden = !tile.about.textContent;
  const status = Object.hasOwn(HEALTH, app.healthStatus ?? "") ? app.healthStatus : "unknown";
  tile.health.textContent = HEALTH[status];
  tile.health.dataset.status = status;
  const iconOf = `${app.name} ${app.icon ?? ""} ${app.version}`;
  if (tile.iconOf === iconOf) return;
  tile.iconOf = iconOf;
  const sign = signOf(app);
  showText(tile.icon, app, sign);
  // What a person chose is better than what the app happens to offer.
  if (!sign || sign === NO_CHOICE) showPicture(tile.icon, app);
}

/** The app's `icon` when it is a single sign, such as an emoji. */
function signOf({ icon = "" }) {
  const signs = [...new Intl.Segmenter().segment(icon.trim().slice(0, 40))];
  return signs.length === 1 ? signs[0].segment : undefined;
}

function showText(place, app, sign) {
  place.classList.remove("pictured");
  place.classList.toggle("sign", sign !== undefined);
  place.textContent = sign ?? (Array.from(app.name.trim())[0] ?? "?").toUpperCase();
  let sum = 0;
  for (const char of app.id) sum = (sum * 31 + char.codePointAt(0)) % 9973;
  place.dataset.tone = String(sum % TONES);
}

/** Icons need the proof, so they are fetched. As an image, an SVG runs no scripts. */
async function showPicture(place, app) {
  try {
    const blob = await (await request("GET", `/api/v1/apps/${encodeURIComponent(app.id)}/favicon`)).blob();
    const image = new Image();
    image.alt = "";
    image.src = URL.createObjectURL(blob);
    try {
      await image.decode();
    } finally {
      URL.revokeObjectURL(image.src);
    }
    place.replaceChildren(image);
    place.classList.remove("sign");
    place.classList.add("pictured");
  } catch {
    // The letter or sign stays.
  }
}

function filter(admin) {
  const wanted = $("filter").value.trim().toLowerCase();
  let seen = 0;
  for (const { item, name, about } of tiles.values()) {
    item.hidden = !`${name.textContent} ${about.textContent}`.toLowerCase().includes(wanted);
    if (!item.hidden) seen++;
  }
  const nothing = $("no-apps");
  nothing.hidden = seen > 0;
  if (seen > 0) return;
  if (tiles.size > 0) nothing.textContent = "No app is called that.";
  else if (admin) {
    nothing.textContent =
      "No apps yet. Containers that are found appear above, and become apps when you approve them. Anything else is added with the API.";
  } else nothing.textContent = "No apps yet. An administrator decides which apps you may open.";
}

$("filter").addEventListener("input", () => filter(false));
