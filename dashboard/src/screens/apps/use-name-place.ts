import { addressesGet } from "../../api/endpoints.gen.ts";
import { useRead } from "../../api/use-read.ts";
import { addressAt } from "../../catalog/app.ts";
import { hostLabel } from "../../catalog/route-places.ts";
import type { RouteValues } from "./route-values.ts";

/** By which host name a route will be reached as it stands in the form. */
export type NamePlace = {
  /** The gateway's domain; empty when it has none, undefined while it is not known. */
  domain: string | undefined;
  /** How routes without a mode of their own are reached. */
  ofGateway: "path" | "subdomain" | "both";
  /** Does the route ask for a host name? */
  isAsked: boolean;
  /** The label before the domain; empty when there is none. */
  label: string;
  /** The whole address; undefined when it will have none. */
  address: string | undefined;
  /** Does the gateway's certificate name it? */
  isCovered: boolean;
  /** Will the route be reached by its host name and not by its path? */
  isPathUnused: boolean;
};

/** Reads the gateway's domain, and tells what it makes of the form. */
export function useNamePlace(values: Pick<RouteValues, "routingMode" | "subdomain">, appId: string): NamePlace {
  const { data } = useRead(addressesGet);
  const ofGateway = data?.appDomain?.routingMode ?? "path";
  const mode = values.routingMode || ofGateway;
  const label = hostLabel(values.subdomain, appId);
  const domain = data && (data.appDomain?.name ?? "");
  const isAsked = mode !== "path";
  const address = isAsked && domain && label ? addressAt(`${label}.${domain}`) : undefined;
  return {
    domain,
    ofGateway,
    isAsked,
    label,
    address,
    isCovered: data?.plainHttp || data?.appDomain?.covered || false,
    isPathUnused: mode === "subdomain" && address !== undefined,
  };
}
