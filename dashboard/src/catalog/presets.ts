import type { compatibility } from "@nekzus/contract";
import type { Data } from "../api/endpoint.ts";

/** What is known of an app. */
export type Preset = Data<typeof compatibility.presetsList>[number];
export type PresetRoute = Preset["route"];

/** The image of a container in what discovery noted of its identity; empty where there is none. */
export function imageOf(identity: string | undefined): string {
  if (!identity?.startsWith("docker/")) return "";
  try {
    return decodeURIComponent(identity.slice(identity.lastIndexOf("/") + 1));
  } catch {
    return "";
  }
}

/** The options of the form that the preset would change; undefined where all suit already. */
export function changesOf<Values extends PresetRoute>(route: PresetRoute, values: Values): Partial<Values> | undefined {
  const changed = Object.entries(route).filter(
    ([option, value]) => Object.hasOwn(values, option) && values[option as keyof PresetRoute] !== value,
  );
  return changed.length > 0 ? (Object.fromEntries(changed) as Partial<Values>) : undefined;
}
