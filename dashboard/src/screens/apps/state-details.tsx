import { Plural, Trans } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { TextLink } from "../../design/text-link.tsx";
import { TimeAgo } from "../../design/time-ago.tsx";
import { dateTime, milliseconds, time } from "../../text/format.ts";
import { type AppRow, type Health, reasonOf } from "./apps-model.ts";

/** What the state of a row means, and every fact of its health check. */
export function StateDetails({ row }: { row: AppRow }) {
  const { route, health, state } = row;
  const isAsked = health !== undefined && state !== "unchecked" && state !== "off";
  return (
    <div className="space-y-3 text-sm">
      <p>
        <Meaning row={row} />
      </p>
      {isAsked && <Facts health={health} />}
      {(state === "failing" || state === "unsteady") && route?.healthGate && (
        <p className="text-muted">
          <Trans>While it counts as failing, whoever opens it gets a message in its place.</Trans>
        </p>
      )}
      {route && (
        <TextLink to="/apps/routes/$routeId" params={{ routeId: route.routeId }}>
          <Trans>Edit the route and its health check</Trans>
        </TextLink>
      )}
    </div>
  );
}

function Meaning({ row: { state, health, route } }: { row: AppRow }) {
  switch (state) {
    case "failing":
    case "unsteady":
      return <Trouble state={state} {...(health && { health })} />;
    case "running":
      return <Trans>It answers its health check as expected.</Trans>;
    case "unknown":
      return <Trans>It was not asked yet, so nobody knows how it is doing.</Trans>;
    case "unchecked":
      if (route?.skipHealthCheck) return <Trans>The health check of this route is switched off.</Trans>;
      if (health) return <Trans>The configuration says that it is not checked.</Trans>;
      return <Trans>Health checks are switched off on this gateway.</Trans>;
    case "off":
      return <Trans>The route is kept and not served, and nobody asks how the app is doing.</Trans>;
    case "none":
      return <Trans>Nothing leads to this app. It appears on nobody's Home until it has a route.</Trans>;
  }
}

function Trouble({ state, health }: { state: "failing" | "unsteady"; health?: Health }) {
  if (state === "unsteady")
    return <Trans>The last check failed. If the next ones fail too, it counts as failing.</Trans>;
  if (health?.statusCode === undefined) return <Trans>It does not answer its health check.</Trans>;
  return <Trans>It answers its health check, but not with a status that counts as healthy.</Trans>;
}

function Facts({ health }: { health: Health }) {
  const { since, lastCheck, nextCheck, statusCode, responseTime, consecutiveFailures, probeUrl } = health;
  const reason = reasonOf(health);
  const status = statusCode ?? 0;
  const interval = health.effectiveInterval;
  const took = responseTime === undefined ? "" : milliseconds(responseTime);
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1.5">
      {since && (
        <Fact label={<Trans>Since</Trans>}>
          {dateTime(since)} (<TimeAgo at={since} />)
        </Fact>
      )}
      {lastCheck && <Fact label={<Trans>Last check</Trans>}>{clock(lastCheck)}</Fact>}
      {lastCheck && (
        <Fact label={<Trans>Answer</Trans>}>
          {statusCode === undefined ? <Trans>none</Trans> : <Trans>HTTP status {status}</Trans>}
          {took && statusCode !== undefined && <span className="text-muted"> · {took}</span>}
        </Fact>
      )}
      {reason && statusCode === undefined && <Fact label={<Trans>Error</Trans>}>{reason}</Fact>}
      {consecutiveFailures > 0 && (
        <Fact label={<Trans>In a row</Trans>}>
          <Plural value={consecutiveFailures} one="# failed check" other="# failed checks" />
        </Fact>
      )}
      {nextCheck && (
        <Fact label={<Trans>Next check</Trans>}>
          {clock(nextCheck)}
          <span className="text-muted">
            {" "}
            · <Trans>every {interval}</Trans>
          </span>
        </Fact>
      )}
      <Fact label={<Trans>Asked at</Trans>}>
        <span className="font-mono break-all">{probeUrl}</span>
      </Fact>
    </dl>
  );
}

/** From this distance on a time needs its day, in ms. */
const FAR_MS = 12 * 3_600_000;

/** To the second where the day is clear. */
function clock(instant: string): string {
  const isNear = Math.abs(Date.parse(instant) - Date.now()) < FAR_MS;
  return isNear ? time(instant) : dateTime(instant);
}

function Fact({ label, children }: { label: ReactNode; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{label}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  );
}
