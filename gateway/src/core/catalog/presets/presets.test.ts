import { compatibility as contract } from "@nekzus/contract";
import { expect, test } from "vitest";
import { filledIn, KNOWN_APPS, presetOf, recognise } from "./presets.ts";

test("every entry is whole, and of its own", () => {
  const ids = KNOWN_APPS.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const images = KNOWN_APPS.flatMap((known) => known.images);
  expect(new Set(images).size).toBe(images.length);
  for (const known of KNOWN_APPS) {
    expect(known.source, known.id).not.toBe("");
    expect(presetOf(known)).not.toHaveProperty("source");
    expect(contract.Preset.parse(presetOf(known))).toEqual(presetOf(known));
    // What has a base path of its own must say where it is set; what has none must say why it wants a name.
    if (known.mode === "own-base") expect(known.settings, known.id).not.toEqual([]);
    if (known.mode === "host-name") expect(known.note, known.id).not.toBe("");
    expect(recognise({ name: known.name })?.id).toBe(known.id);
    for (const image of known.images) expect(recognise({ image: `${image}:1.2` })?.id, image).toBe(known.id);
    for (const title of known.titles) expect(recognise({ title })?.id, title).toBe(known.id);
  }
});

test("images are recognised with registry, tag and digest, and others are not", () => {
  const id = (image: string) => recognise({ image })?.id;
  expect(id("grafana/grafana:11.2")).toBe("grafana");
  expect(id("docker.io/grafana/grafana@sha256:0123")).toBe("grafana");
  expect(id("registry.home:5000/linuxserver/sonarr")).toBe("sonarr");
  expect(id("lscr.io/linuxserver/radarr:latest")).toBe("radarr");
  expect(id("docker.io/library/nextcloud:30")).toBe("nextcloud");
  expect(id("evil/notgrafana/grafana-x")).toBeUndefined();
  expect(id("someone/nextcloud-exporter")).toBeUndefined();
  expect(id("")).toBeUndefined();
});

test("titles, headers and names: the image goes first", () => {
  expect(recognise({ title: "Grafana - Home" })?.id).toBe("grafana");
  expect(recognise({ title: "Login - Portainer" })?.id).toBe("portainer");
  expect(recognise({ title: "Grafanaesque" })).toBeUndefined();
  expect(recognise({ headers: ["date", "x-syncthing-version"] })?.id).toBe("syncthing");
  expect(recognise({ name: "Pi-Hole" })?.id).toBe("pihole");
  expect(recognise({ name: "uptime_kuma" })?.id).toBe("uptime-kuma");
  expect(recognise({ name: "my grafana" })).toBeUndefined();
  expect(recognise({ image: "jellyfin/jellyfin", name: "plex" })?.id).toBe("jellyfin");
  expect(recognise({})).toBeUndefined();
});

test("placeholders are filled in for a route", () => {
  const of = (name: string) =>
    filledIn(presetOf(recognise({ name }) as (typeof KNOWN_APPS)[number]), {
      prefix: "/apps/it/",
      origin: "https://nas.local:8444",
    });
  expect(of("grafana").settings[0]).toMatchObject({ value: "https://nas.local:8444/apps/it/" });
  expect(of("grafana").route.healthCheckPath).toBe("/apps/it/api/health");
  expect(of("deluge").requestHeaders).toEqual({ "X-Deluge-Base": "/apps/it/" });
  expect(of("calibre-web").requestHeaders).toEqual({ "X-Script-Name": "/apps/it" });
});
