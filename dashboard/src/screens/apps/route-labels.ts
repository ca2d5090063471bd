import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { FormField } from "./route-faults.ts";

/** The entries of the form by their names on screen, in the order in which they stand there. */
export const LABELS: Readonly<Record<FormField, MessageDescriptor>> = {
  to: msg`Address of the app`,
  pathBase: msg`Path`,
  routingMode: msg`Reached by`,
  subdomain: msg`Host name`,
  stripPrefix: msg`Take the path away before forwarding`,
  websocket: msg`Let WebSockets through`,
  enabled: msg`Serve this route`,
  name: msg`Name`,
  appId: msg`Id`,
  icon: msg`Icon`,
  group: msg`Group`,
  description: msg`Description`,
  tags: msg`Tags`,
  containerId: msg`Container`,
  scopes: msg`Needed scopes`,
  publicAccess: msg`Who may open it`,
  sensitive: msg`Sensitive`,
  allowNetworks: msg`Only from these networks`,
  denyNetworks: msg`Never from these networks`,
  persistCookies: msg`Keep paired devices signed in to the app`,
  stripResponseCookies: msg`Drop every cookie that the app sets`,
  rewriteCookiePaths: msg`Put the path before the paths of cookies`,
  rewriteHTML: msg`Put the path before the links in pages`,
  excludePaths: msg`Paths whose links stay as they are`,
  healthCheckPath: msg`Path that is asked`,
  healthCheckTimeout: msg`Longest wait for an answer`,
  healthCheckInterval: msg`Time between checks`,
  expectedStatusCodes: msg`Statuses that count as healthy`,
  skipHealthCheck: msg`Never check`,
  healthGate: msg`Hold requests back while it does not answer`,
  connectTimeout: msg`Longest wait for a connection`,
  timeout: msg`Longest wait for an answer to begin`,
  idleTimeout: msg`Longest silence within an answer`,
  serverName: msg`Name in the certificate`,
  caFile: msg`File with the certificates to trust`,
  insecureSkipVerify: msg`Accept any certificate`,
  preserveHost: msg`Pass on the host name that the browser used`,
  identityHeaders: msg`Tell the app who is signed in`,
  setRequestHeaders: msg`Headers that the app gets`,
  removeRequestHeaders: msg`Headers that the app does not get`,
  setResponseHeaders: msg`Headers that are added to answers`,
  removeResponseHeaders: msg`Headers that are removed from answers`,
  maxBodyBytes: msg`Largest upload`,
  ratePerMinute: msg`Requests of one client in a minute`,
  rateBurst: msg`At most at once`,
  cacheEnabled: msg`Keep answers that may be shared`,
  cacheTtl: msg`How long an answer counts as fresh`,
  cacheMaxBytes: msg`Largest answer that is kept`,
  maintenance: msg`Being worked on`,
  maintenanceMessage: msg`What people read meanwhile`,
};

/** The id of an entry's control on the page. */
export function idOf(field: FormField): string {
  return `route-${field}`;
}
