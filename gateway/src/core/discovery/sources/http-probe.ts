import { Client } from "undici";

/** Does something at this address speak HTTP? Never rejects. */
export type Probe = (url: string) => Promise<boolean>;

/** The longest that a probe may take, in milliseconds (20 §4.4). */
const PROBE_MS = 2_000;

/**
 * Asks `HEAD /` and takes any HTTP answer for a yes. Follows nothing, reads no body, and does not check the
 * certificate: nothing secret is sent and nothing that comes back is kept.
 */
export const probeHttp: Probe = async (url) => {
  const client = new Client(url, {
    connectTimeout: PROBE_MS,
    headersTimeout: PROBE_MS,
    bodyTimeout: PROBE_MS,
    maxHeaderSize: 64 * 1024,
    connect: { rejectUnauthorized: false },
  });
  try {
    await client.request({
      method: "HEAD",
      path: "/",
      reset: true,
      headers: { "user-agent": "nekzus-probe/1.0" },
      signal: AbortSignal.timeout(PROBE_MS),
    });
    return true;
  } catch {
    return false;
  } finally {
    await client.destroy();
  }
};
