import type { Logger } from "../../kit/log.ts";
import type { Subject } from "../../wire/snapshot.ts";
import type { CoreBus } from "../events/topics.ts";
import type { Publisher } from "./publisher.ts";

/** Turns what the features announce into snapshots and deltas. The returned function ends it. */
export function publishChanges(
  bus: CoreBus,
  publisher: Publisher,
  subjects: () => Promise<(Subject & { owner?: string })[]>,
  log: Logger,
): () => void {
  /** One after the other: the older of two readings must not be published last. */
  let last: Promise<void> = Promise.resolve();

  async function publishSubjects(ids: readonly string[]): Promise<void> {
    const all = (await subjects()).map(({ owner, ...subject }) => ({ owner, subject }));
    const changed = all.filter(({ owner, subject }) => ids.includes(subject.id) || ids.includes(owner ?? ""));
    for (const { subject } of changed) publisher.publish({ kind: "subject", subject });
    for (const id of ids) {
      if (!all.some(({ subject }) => subject.id === id)) publisher.publish({ kind: "subject-removed", id });
    }
  }

  const endings = [
    bus.on("catalog-changed", () => publisher.changed()),
    bus.on("api-keys-changed", () => publisher.changed()),
    bus.on("certificates-changed", () => publisher.changed()),
    bus.on("config-changed", () => publisher.changed()),
    // Files that routes name may have changed although the settings did not.
    bus.on("config_reload", () => publisher.changed()),
    bus.on("credentials-revoked", ({ ids }) => {
      for (const id of ids) publisher.publish({ kind: "revoked", id });
    }),
    bus.on("session-cookies-forgotten", (whose) => publisher.publish({ kind: "cookies-forgotten", ...whose })),
    bus.on("health-gate-changed", ({ appId, unhealthy }) => publisher.publish({ kind: "health", appId, unhealthy })),
    bus.on("cache-emptied", ({ routeId }) => publisher.publish({ kind: "cache-emptied", routeId })),
    bus.on("subjects-changed", ({ ids }) => {
      last = last
        .then(() => publishSubjects(ids))
        .catch((error) => {
          log.error({ err: error }, "changed users could not be read; a whole snapshot follows");
          publisher.changed();
        });
      publisher.during(last);
    }),
  ];
  return () => {
    for (const end of endings) end();
  };
}
