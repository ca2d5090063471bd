import type { Component } from "./health.ts";

/** A certificate with less than this left, in ms, wants attention (10 §11.1). */
const SOON_MS = 30 * 24 * 60 * 60 * 1000;

/** How the served certificates are: healthy, degraded when one ends soon, unhealthy when one has ended. */
export function certificateHealth(
  expiries: readonly { domain: string; issuer: string; notAfter: number }[],
  now: number,
): Component {
  const expired = expiries.filter(({ notAfter }) => notAfter <= now).map(({ domain }) => domain);
  const expiringSoon = expiries
    .filter(({ notAfter }) => notAfter > now && notAfter - now < SOON_MS)
    .map(({ domain, issuer, notAfter }) => ({
      domain,
      issuer,
      daysRemaining: Math.floor((notAfter - now) / 86_400_000),
      expiresAt: new Date(notAfter).toISOString(),
    }));
  const details = { totalCertificates: expiries.length, expired, expiringSoon };
  if (expired.length) return { status: "unhealthy", message: `Expired: ${expired.join(", ")}.`, details };
  if (expiringSoon.length) return { status: "degraded", message: "A certificate ends within 30 days.", details };
  return { status: "healthy", details };
}
