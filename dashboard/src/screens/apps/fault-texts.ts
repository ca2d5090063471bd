import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { FaultCode } from "./route-faults.ts";

/** What is wrong with an entry and what to do, in words. */
export const FAULT_TEXTS: Readonly<Record<FaultCode, MessageDescriptor>> = {
  "no-name": msg`Give the app a name.`,
  "no-address": msg`Enter the address at which the gateway reaches the app.`,
  "no-scheme": msg`Begin with http:// or https://, such as http://192.168.1.20:3000, or with unix:/ for a socket.`,
  path: msg`A path begins with /apps/ and a name, such as /apps/films/.`,
  slash: msg`A path begins with a slash.`,
  duration: msg`Write a duration such as 500ms, 30s or 1h30m.`,
  "host-name": msg`Use lower-case letters, digits and hyphens, such as films.`,
  scope: msg`A scope looks like access:films or read:catalog.`,
  status: msg`A status is a number from 100 to 599.`,
  header: msg`The name of a header holds letters, digits and hyphens.`,
  "header-line": msg`Write a name, a colon and a value in plain letters, such as X-Frame-Options: SAMEORIGIN.`,
  network: msg`A network looks like 192.168.1.0/24 or fd00::/8, an address like 192.168.1.20.`,
  number: msg`Write a whole number.`,
  size: msg`Write a size such as 500 kB, 10 MB or 2 GB.`,
  burst: msg`Say how many in a minute, or leave the number at once empty.`,
  tag: msg`A tag has 50 characters at most.`,
  id: msg`Use 1 to 64 letters, digits, hyphens or underscores.`,
  "id-reserved": msg`This id is reserved. Choose another one.`,
  "id-taken": msg`Another app has this id. Choose another one.`,
};
