import type { Generated } from "kysely";

/**
 * The tables as stores see them. Columns are only text, integer, real and blob, so that SQLite and PostgreSQL
 * agree: times are milliseconds since 1970, booleans 0 and 1, lists and objects JSON text.
 */
export type Tables = {
  settings: SettingRow;
  secrets: SecretRow;
  users: UserRow;
  grants: GrantRow;
  preferences: PreferencesRow;
  sessions: SessionRow;
  revoked_credentials: RevokedRow;
  devices: DeviceRow;
  session_cookies: SessionCookieRow;
  token_families: TokenFamilyRow;
  api_keys: ApiKeyRow;
  audit_log: AuditRow;
  apps: AppRow;
  routes: RouteRow;
  app_icons: AppIconRow;
  service_health: ServiceHealthRow;
  deletions: DeletionRow;
  deleted_routes: DeletedRouteRow;
  proposals: ProposalRow;
  events: EventRow;
  jobs: JobRow;
  activity: ActivityRow;
  notices_read: NoticeReadRow;
  webhook_calls: WebhookCallRow;
  notification_channels: ChannelRow;
  notification_rules: RuleRow;
  incidents: IncidentRow;
  push_subscriptions: PushSubscriptionRow;
  notifications: NotificationRow;
  leases: LeaseRow;
};

/** Plain facts about the instance: its id, whether setup is latched. */
export type SettingRow = { name: string; value: string };
/** Secrets, sealed with the key file. */
export type SecretRow = { name: string; sealed: Uint8Array; created_at: number };

export type UserRow = {
  id: Generated<number>;
  username: string;
  role: string;
  password_hash: string;
  generation: number;
  is_active: number;
  created_at: number;
  last_login: number | null;
};
/** Apps a member may open. */
export type GrantRow = { user_id: number; scope: string };
/** How a person wants the dashboard, as one JSON text. */
export type PreferencesRow = { user_id: number; body: string; updated_at: number };
/** Browser sessions. Cookie and proof are kept as SHA-256; browser and address are those of the last use written down. */
export type SessionRow = {
  id: string;
  user_id: number;
  cookie_hash: string;
  proof_hash: string;
  generation: number;
  created_at: number;
  seen_at: number;
  expires_at: number;
  user_agent: string;
  address: string;
};
/** Tokens and sessions withdrawn before their end; kept until then. */
export type RevokedRow = { id: string; expires_at: number };

/** Paired devices. `scopes` and `pins` are JSON lists; `requests` are those of `day`, in days since 1970. */
export type DeviceRow = {
  id: string;
  user_id: number;
  name: string;
  platform: string;
  model: string;
  scopes: string;
  generation: number;
  pins: string;
  created_at: number;
  expires_at: number | null;
  seen_at: number;
  address: string;
  day: number;
  requests: number;
};
/**
 * Cookies of apps that are kept for a device (RFC 6265, section 5.3). `key_hash` is made of name, domain and path; the
 * value is sealed with the key file.
 */
export type SessionCookieRow = {
  device_id: string;
  app_id: string;
  key_hash: string;
  name: string;
  domain: string;
  path: string;
  host_only: number;
  secure: number;
  http_only: number;
  same_site: string;
  created_at: number;
  set_at: number;
  expires_at: number | null;
  sealed: Uint8Array;
};
/** A line of tokens that are exchanged one for the next. `newest` is the JSON of its claims, `previous` the id of the one before. */
export type TokenFamilyRow = {
  id: string;
  subject: string;
  newest: string;
  previous: string | null;
  replaced_at: number | null;
  expires_at: number;
};

/** API keys, by the SHA-256 of the key. `scopes` and `networks` are JSON lists. */
export type ApiKeyRow = {
  id: string;
  name: string;
  prefix: string;
  hash: string;
  old_hash: string | null;
  old_until: number | null;
  scopes: string;
  networks: string;
  per_minute: number;
  expires_at: number | null;
  used_at: number | null;
  used_address: string;
  created_at: number;
  created_by: string;
  revoked_at: number | null;
};

/** Who changed what. `details` is JSON, `error` empty when it succeeded. */
export type AuditRow = {
  number: Generated<number>;
  at: number;
  action: string;
  actor: string;
  actor_name: string;
  address: string;
  target: string;
  details: string | null;
  success: number;
  error: string;
};

export type AppRow = {
  id: string;
  name: string;
  icon: string;
  group_name: string;
  description: string;
  tags: string;
  endpoints: string;
  discovery_meta: string;
  /** api, discovery or config: a reload of the configuration touches only its own. */
  origin: string;
  version: number;
  created_at: number;
  updated_at: number;
};
/** `options` is the JSON of all route fields of the contract that have no column of their own. */
export type RouteRow = {
  route_id: string;
  app_id: string;
  path_base: string;
  /** Null when empty, so that the unique index leaves it alone. */
  subdomain: string | null;
  target: string;
  upstream_class: string;
  options: string;
  origin: string;
  version: number;
  created_at: number;
  updated_at: number;
};
/** An icon that a person uploaded. May outlive its app for as long as the deletion can be undone. */
export type AppIconRow = { app_id: string; version: string; type: string; image: Uint8Array };
export type ServiceHealthRow = {
  app_id: string;
  status: string;
  last_check: number | null;
  last_success: number | null;
  response_ms: number | null;
  status_code: number | null;
  consecutive_failures: number;
  message: string;
  /** When the status became what it is. */
  since: number | null;
};
/**
 * What was deleted and can be restored until `expires_at`. `kind`: app or route. `app` is JSON, `decision` is discovery's
 * own JSON about the app's service.
 */
export type DeletionRow = {
  id: string;
  kind: string;
  app_id: string;
  app_version: number;
  app: string;
  decision: string | null;
  deleted_at: number;
  deleted_by: string;
  expires_at: number;
};
/** The routes of a deletion; `route` is JSON. */
export type DeletedRouteRow = { deletion_id: string; route_id: string; version: number; route: string };
/** `state`: pending, approved or dismissed. `identity` follows a service through recreated containers. */
export type ProposalRow = {
  id: string;
  source: string;
  state: string;
  identity: string;
  app_id: string;
  body: string;
  first_seen: number;
  last_seen: number;
  missed_scans: number;
};
/** `sensitive`: about an app that was so when it happened. */
export type EventRow = {
  number: Generated<number>;
  type: string;
  data: string;
  created_at: number;
  sensitive: number;
};
export type JobRow = {
  id: string;
  kind: string;
  title: string;
  status: string;
  progress: number | null;
  message: string;
  output: string;
  cancellable: number;
  created_at: number;
  started_at: number | null;
  ended_at: number | null;
};
/** What must run once holds a lease. */
export type LeaseRow = { name: string; holder: string; expires_at: number };

/** The feed for people. `scope` and the JSON list `devices` say who sees an entry. */
export type ActivityRow = {
  number: Generated<number>;
  id: string;
  type: string;
  icon: string;
  icon_class: string;
  message: string;
  details: string;
  at: number;
  scope: string;
  devices: string;
  sensitive: number;
  /** 1: somebody should look at it. */
  notice: number;
};
/** Who has read which entry of the feed. */
export type NoticeReadRow = { user_id: number; number: number };
export type WebhookCallRow = {
  number: Generated<number>;
  at: number;
  endpoint: string;
  status: number;
  result: string;
  caller: string;
  caller_name: string;
  address: string;
  body: string;
};
/** `settings` is JSON without secrets; `secrets` is JSON, sealed with the key file. */
export type ChannelRow = {
  id: string;
  kind: string;
  name: string;
  enabled: number;
  settings: string;
  secrets: Uint8Array | null;
  last_result: string;
  last_at: number | null;
  created_at: number;
  updated_at: number;
};
/** `body` is JSON as the contract has it. */
export type RuleRow = { id: string; body: string; created_at: number; updated_at: number };
/** What a rule follows. `state`: waiting, told or clearing; `due_at`: when that ends; `occurrence` is JSON. */
export type IncidentRow = {
  rule_id: string;
  subject: string;
  state: string;
  occurrence: string;
  opened_at: number;
  ended_at: number | null;
  due_at: number | null;
};
/** `sealed`: address, keys and origin of the subscription as JSON, sealed with the key file. */
export type PushSubscriptionRow = {
  id: string;
  user_id: number;
  endpoint_hash: string;
  sealed: Uint8Array;
  service: string;
  browser: string;
  created_at: number;
  used_at: number | null;
};
/** Messages to one recipient each. `status`: pending, delivered, failed, expired or dismissed; `payload` is JSON. */
export type NotificationRow = {
  number: Generated<number>;
  /** Stays the same each time it is sent. */
  id: string;
  channel_id: string;
  device_id: string | null;
  subscription_id: string | null;
  type: string;
  title: string;
  body: string;
  severity: string;
  payload: string;
  status: string;
  retry_count: number;
  max_retries: number;
  created_at: number;
  expires_at: number;
  next_attempt_at: number;
  sent_at: number | null;
  last_attempt_at: number | null;
  delivered_at: number | null;
  ended_at: number | null;
  /** Until then somebody is sending it. */
  lease_until: number;
  error_message: string;
  /** JSON list of who may be told each part of it; empty: whoever it was made for. */
  about: string;
};
