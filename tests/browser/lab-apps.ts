import { COCKPIT } from "./lab-apps/cockpit.ts";
import type { LabApp } from "./lab-apps/lab-app.ts";
import { NETDATA } from "./lab-apps/netdata.ts";
import { NODE_RED } from "./lab-apps/node-red.ts";
import { PROMETHEUS } from "./lab-apps/prometheus.ts";
import { SYNCTHING } from "./lab-apps/syncthing.ts";
import { TRANSMISSION } from "./lab-apps/transmission.ts";

/** The apps that the lab brings up, each with what a person does with it. */
export const LAB_APPS: readonly LabApp[] = [NODE_RED, SYNCTHING, TRANSMISSION, PROMETHEUS, NETDATA, COCKPIT];
