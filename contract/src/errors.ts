/**
 * Every error the gateway can answer with: its status, what it means, and what the reader can do about
 * it. The table is the only place where a code is defined; documentation and tests are made from it.
 * Codes of the public API page keep their names.
 */
export const ERRORS = {
  BAD_REQUEST: {
    status: 400,
    meaning: "The request line or a header is not acceptable.",
    remedy: "Send a well-formed request; the message says what was refused.",
  },
  INVALID_JSON: {
    status: 400,
    meaning: "The body is not valid JSON.",
    remedy: "Send one JSON value with the fields the endpoint documents.",
  },
  VALIDATION_FAILED: {
    status: 400,
    meaning: "A value is missing or not allowed.",
    remedy: "Correct the fields named in error.details.",
  },
  INVALID_PORT: {
    status: 400,
    meaning: "The chosen port is not one the proposal offers.",
    remedy: "Choose one of availablePorts.",
  },
  SETUP_ALREADY_COMPLETED: {
    status: 400,
    meaning: "The first administrator already exists.",
    remedy: "Sign in, or run `nekzus user add --role admin` on the machine.",
  },
  MISSING_HEADER: {
    status: 400,
    meaning: "A header that the endpoint needs is missing.",
    remedy: "Send the header named in the message.",
  },
  UNAUTHORIZED: {
    status: 401,
    meaning: "No credential was shown, or it is not valid.",
    remedy: "Sign in and send the token, or call from the gateway's own machine.",
  },
  INVALID_CREDENTIALS: {
    status: 401,
    meaning: "The user name or the password is wrong.",
    remedy: "Try again, or set a new password with `nekzus user password`.",
  },
  INVALID_BOOTSTRAP: {
    status: 401,
    meaning: "The bootstrap token is unknown, used or too old.",
    remedy: "Make a new pairing code and scan it.",
  },
  TOKEN_EXPIRED: { status: 401, meaning: "The token was valid once and has expired.", remedy: "Sign in again." },
  TOKEN_REVOKED: { status: 401, meaning: "The token was withdrawn.", remedy: "Sign in again." },
  FORBIDDEN: {
    status: 403,
    meaning: "The credential is valid but does not allow this.",
    remedy: "Ask an administrator for the scope named in the message.",
  },
  ORIGIN_NOT_ALLOWED: {
    status: 403,
    meaning: "A page of another site tried to change something.",
    remedy: "Use the dashboard at the gateway's own address.",
  },
  WEBSOCKET_NOT_ALLOWED: {
    status: 403,
    meaning: "The route does not carry WebSockets.",
    remedy: "Switch on `websocket` for the route.",
  },
  NETWORK_NOT_ALLOWED: {
    status: 403,
    meaning: "The route may not be used from the caller's network.",
    remedy: "Use a network that the route allows, or ask an administrator to allow this one.",
  },
  PAIRING_DENIED: {
    status: 403,
    meaning: "A person refused to pair this device.",
    remedy: "Ask them, and make a new pairing code.",
  },
  INVALID_CODE: {
    status: 404,
    meaning: "The pairing code is unknown, used, locked or too old.",
    remedy: "Make a new pairing code and scan it.",
  },
  DEVICE_NOT_FOUND: { status: 404, meaning: "No device has this id.", remedy: "List the devices at /api/v1/devices." },
  NOT_FOUND: { status: 404, meaning: "There is nothing at this address.", remedy: "Check the path and the id." },
  APP_NOT_FOUND: { status: 404, meaning: "No app has this id.", remedy: "List the apps at /api/v1/apps." },
  SERVICE_NOT_FOUND: {
    status: 404,
    meaning: "No app with a route has this id.",
    remedy: "List the apps at /api/v1/apps.",
  },
  FAVICON_NOT_FOUND: { status: 404, meaning: "The app offers no icon.", remedy: "Set an icon on the app." },
  METHOD_NOT_ALLOWED: {
    status: 405,
    meaning: "The path exists, the method does not.",
    remedy: "Use one of the methods in the Allow header.",
  },
  REQUEST_TIMEOUT: {
    status: 408,
    meaning: "The request did not arrive in time.",
    remedy: "Send header and body without long pauses.",
  },
  ROUTE_CONFLICT: {
    status: 409,
    meaning: "Another route already has this path or host name.",
    remedy: "Choose another path, or change the route that has it.",
  },
  PAIRING_PENDING: {
    status: 409,
    meaning: "A person has not decided about this device yet.",
    remedy: "Ask again with the same bootstrap token and device.",
  },
  DEVICE_EXISTS: {
    status: 409,
    meaning: "A device with this id is paired already.",
    remedy: "Revoke the old one first, or have the pairing approved on the dashboard.",
  },
  USER_EXISTS: { status: 409, meaning: "A user with this name exists.", remedy: "Choose another name." },
  PUSH_UNAVAILABLE: {
    status: 409,
    meaning: "Push messages cannot be had at this address.",
    remedy: "Open the dashboard at a host name whose certificate the browser trusts; the message says what is missing.",
  },
  EXPIRED: {
    status: 410,
    meaning: "The time of this message is over.",
    remedy: "Nothing; what it said is no longer of use.",
  },
  VERSION_CONFLICT: {
    status: 412,
    meaning: "The object was changed since it was read.",
    remedy: "Read it again and repeat the change.",
  },
  PAYLOAD_TOO_LARGE: {
    status: 413,
    meaning: "The body is larger than this endpoint or route takes.",
    remedy: "Send less; the message names the limit.",
  },
  URI_TOO_LONG: { status: 414, meaning: "The request line is too long.", remedy: "Shorten the address." },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    meaning: "The body is not of a type this endpoint takes.",
    remedy: "Send Content-Type: application/json.",
  },
  HOST_NOT_ALLOWED: {
    status: 421,
    meaning: "The Host name is not one of the gateway's own.",
    remedy: "Use a known address, or add the name to server.allowed_hosts.",
  },
  UPGRADE_REQUIRED: {
    status: 426,
    meaning: "There is a WebSocket at this address.",
    remedy: "Open it as a WebSocket of version 13 (RFC 6455).",
  },
  RATE_LIMIT_EXCEEDED: {
    status: 429,
    meaning: "Too many requests in a short time.",
    remedy: "Wait for the seconds in Retry-After.",
  },
  HEADERS_TOO_LARGE: {
    status: 431,
    meaning: "The request header is too large.",
    remedy: "Send fewer or shorter headers and cookies.",
  },
  CLIENT_CLOSED_REQUEST: {
    status: 499,
    meaning: "The client went away before the answer.",
    remedy: "Nothing; it is only seen in metrics.",
  },
  INTERNAL_ERROR: {
    status: 500,
    meaning: "Something went wrong inside the gateway.",
    remedy: "Look in the log for the request id.",
  },
  BAD_GATEWAY: {
    status: 502,
    meaning: "The app could not be reached or gave an unusable answer.",
    remedy: "Check that the app runs and that the route's upstream is right.",
  },
  SERVICE_UNAVAILABLE: {
    status: 503,
    meaning: "The gateway or the app cannot answer at the moment.",
    remedy: "Try again after the seconds in Retry-After.",
  },
  PAIRING_UNAVAILABLE: {
    status: 503,
    meaning: "Nobody is there yet to whom a device could belong, or there is no certificate to name.",
    remedy: "Make the first administrator; the message says more.",
  },
  APP_MAINTENANCE: {
    status: 503,
    meaning: "The app is being worked on, and the route lets only administrators through.",
    remedy: "Try again in a few minutes.",
  },
  SERVICE_UNHEALTHY: {
    status: 503,
    meaning: "The app failed its health check and the route asks to hold requests back.",
    remedy: "Repair the app, or switch off the route's health gate.",
  },
  STORAGE_UNAVAILABLE: {
    status: 503,
    meaning: "The database cannot be used at the moment.",
    remedy: "Check disk space and the database server.",
  },
  FEATURE_DISABLED: {
    status: 503,
    meaning: "The feature is switched off.",
    remedy: "Switch it on with the setting named in the message.",
  },
  GATEWAY_TIMEOUT: {
    status: 504,
    meaning: "The app did not answer in time.",
    remedy: "Check the app, or raise the route's timeout.",
  },
  NOT_IN_CACHE: {
    status: 504,
    meaning: "The request wants a kept answer only (`only-if-cached`), and none is kept.",
    remedy: "Ask without only-if-cached.",
  },
  LOOP_DETECTED: {
    status: 508,
    meaning: "A request came back to the gateway that sent it.",
    remedy: "Check that no route points at the gateway itself.",
  },
} as const satisfies Record<string, { status: number; meaning: string; remedy: string }>;

export type ErrorCode = keyof typeof ERRORS;

/** One reason why a value was refused. */
export type ErrorDetail = { path: string; reason: string };

/** The one error shape (public API page; ruling R1). */
export type ErrorBody = { error: { code: ErrorCode; message: string; details?: ErrorDetail[] } };
