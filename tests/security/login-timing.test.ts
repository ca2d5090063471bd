// A name that does not exist costs the same work as a wrong password, so that nothing tells them apart (CWE-208,
// CWE-204). Work is counted as the core's processor time, not as the time until the answer.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ADMIN, startGateway } from "../harness/gateway.ts";

/** Enough for the kernel's clock ticks to be a measure. */
const TRIES = 9;

test("unknown names and wrong passwords are the same work and the same answer", async () => {
  const gateway = await startGateway();
  const [core] = gateway.children().core as [number];
  const ticks = () => {
    const fields = readFileSync(`/proc/${core}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    return Number(fields[11]) + Number(fields[12]);
  };
  let network = 1;
  async function work(names: string[]): Promise<{ cost: number; said: Set<string> }> {
    const before = ticks();
    const said = new Set<string>();
    for (const username of names) {
      const localAddress = `127.0.9.${network++}`;
      const answer = await gateway.api("POST", "/api/v1/auth/login", {
        body: { username, password: "wrong" },
        localAddress,
      });
      said.add(`${answer.status} ${answer.text}`);
    }
    return { cost: ticks() - before, said };
  }
  const known = await work(Array(TRIES).fill(ADMIN.username));
  const unknown = await work(Array.from({ length: TRIES }, (_, i) => `nobody${i}`));
  expect(unknown.said).toEqual(known.said);
  expect(known.said.size).toBe(1);
  expect(known.cost).toBeGreaterThan(TRIES);
  expect(unknown.cost / known.cost).toBeGreaterThan(0.5);
  expect(unknown.cost / known.cost).toBeLessThan(2);
});
