/** Calls to the gateway's API with the proof of this browser session. */

const PROOF = "nekzus.proof";

/** Kept by the dashboard. Without storage (some private windows) there is none. */
export function proof() {
  try {
    return localStorage.getItem(PROOF) ?? "";
  } catch {
    return "";
  }
}

/** An answer that is an error, or no answer at all (status 0). `message` is for people. */
export class ApiError extends Error {
  constructor(status, code, message, details = []) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

/** Fetches with cookie and proof; throws ApiError for everything but success. */
async function request(method, path, body) {
  const headers = {};
  const held = proof();
  if (held) headers["X-Nekzus-Proof"] = held;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const response = await patientFetch(path, {
    method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
    credentials: "same-origin",
    cache: "no-store",
  });
  if (!response.ok) throw await errorOf(response);
  return response;
}

/** Pauses before a question without an answer is asked again, in ms: browsers cut connections when a network changes. */
const PAUSES = [300, 1000, 2000];

/** Asks again where that does no harm. */
async function patientFetch(path, options) {
  for (let attempt = 0; ; attempt++) {
    try {
      return await fetch(path, options);
    } catch {
      const pause = options.method === "GET" ? PAUSES[attempt] : undefined;
      if (pause === undefined) {
        throw new ApiError(
          0,
          "UNREACHABLE",
          "There was no answer. Check that the gateway runs and that you are in its network.",
        );
      }
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

/** The JSON of an answer, or undefined when it has no body. */
export async function call(method, path, body) {
  const text = await (await request(method, path, body)).text();
  if (!text) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(
      0,
      "UNREADABLE",
      "The gateway's answer could not be read. Something between it and this page may have changed it.",
    );
  }
}

async function errorOf(response) {
  const error = (await response.json().catch(() => ({}))).error ?? {};
  const wait = Number(response.headers.get("Retry-After"));
  let message = error.message || `The gateway answered with status ${response.status}.`;
  if ((response.status === 429 || response.status === 503) && wait > 0) {
    message += wait < 90 ? ` Try again in ${wait} seconds.` : ` Try again in ${Math.ceil(wait / 60)} minutes.`;
  }
  return new ApiError(response.status, error.code ?? "", message, Array.isArray(error.details) ? error.details : []);
}

/** Shows an error in an element with role alert; without one it is emptied. */
export function showError(place, error) {
  place.replaceChildren();
  if (!error) return;
  place.append(error instanceof ApiError ? error.message : "Something went wrong on this page. Load it again.");
  if (!(error instanceof ApiError)) console.error(error);
  if (!error.details?.length) return;
  const list = document.createElement("ul");
  for (const { path, reason } of error.details) {
    const item = document.createElement("li");
    item.textContent = path ? `${path}: ${reason}` : reason;
    list.append(item);
  }
  place.append(list);
}
