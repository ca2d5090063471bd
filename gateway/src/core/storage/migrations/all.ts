import { firstTables } from "./0001-first-tables.ts";
import { account } from "./0002-account.ts";
import { deletions } from "./0003-deletions.ts";
import { icons } from "./0004-icons.ts";
import { devices } from "./0005-devices.ts";
import { apiKeys } from "./0006-api-keys.ts";
import { audit } from "./0007-audit.ts";
import { sessionCookies } from "./0008-session-cookies.ts";
import { notifications } from "./0009-notifications.ts";
import { sensitiveEvents } from "./0010-sensitive-events.ts";
import { notices } from "./0011-notices.ts";
import type { Migration } from "./migration.ts";

/** Every migration, in order. A new one goes to the end. */
export const MIGRATIONS: readonly Migration[] = [
  firstTables,
  account,
  deletions,
  icons,
  devices,
  apiKeys,
  audit,
  sessionCookies,
  notifications,
  sensitiveEvents,
  notices,
];
