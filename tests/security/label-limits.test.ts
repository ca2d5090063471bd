// Labels are bounded text: no size, count, control character or number in them troubles the gateway (CWE-400, CWE-20).
import { beforeAll, describe, expect, test, vi } from "vitest";
import { ENGINE, proposals, proposed, startContainer, uniqueName } from "../harness/containers.ts";
import { eventually } from "../harness/eventually.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { requires } from "../lab.ts";

vi.setConfig({ testTimeout: 90_000 });

describe.runIf(requires("docker"))("labels", () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway({ config: ENGINE });
  });

  test("of any size and number give a proposal of bounded size", async () => {
    const name = uniqueName("large");
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`nekzus.unknown.${index}`, "x"]));
    await startContainer(name, {
      "nekzus.enable": "true",
      ...many,
      "nekzus.app.name": "N".repeat(4000),
      "nekzus.app.icon": "I".repeat(50_000),
      "nekzus.app.tags": Array.from({ length: 2000 }, (_, index) => `tag${index}`).join(","),
      "nekzus.primary_port": "99999999999999999999",
      "nekzus.scheme": "javascript",
    });
    const proposal = await proposed(gateway, name);
    expect(JSON.stringify(proposal).length).toBeLessThan(10_000);
    expect(proposal.suggestedApp.name.length).toBeLessThanOrEqual(100);
    expect(proposal.suggestedApp.tags.length).toBeLessThanOrEqual(20);
    expect(proposal.suggestedRoute.to).toMatch(/^http:\/\/[0-9.]+:3000$/);
  });

  test("with control and direction characters lose them, in the proposal and in the log", async () => {
    const name = uniqueName("terminal");
    const attack = "a\u001b]0;owned\u0007b\u009b31mc\u202ed\r\ne";
    await startContainer(name, {
      "nekzus.enable": "true",
      "nekzus.app.name": attack,
      "nekzus.app.icon": attack,
      "nekzus.app.tags": attack,
      [`nekzus.${attack}`]: attack,
    });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    const control = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
    const proposal = await proposed(gateway, name);
    expect(Object.values(proposal.suggestedApp).flat().join("")).not.toMatch(control);
    expect(proposal.securityNotes.join("")).not.toMatch(control);

    const refused = uniqueName("refused");
    await startContainer(refused, { "nekzus.enable": "true", "nekzus.app.id": attack });
    await eventually("the log tells of it", () => gateway.output().includes(refused));
    expect(gateway.output().replaceAll("\n", "")).not.toMatch(control);
  });

  test("that are wrong cost only their own container", async () => {
    const [wrong, right] = [uniqueName("wrong"), uniqueName("right")];
    await startContainer(wrong, { "nekzus.enable": "true", "nekzus.route.scopes": "access:admin nonsense" });
    await startContainer(right, { "nekzus.enable": "true" });
    await proposed(gateway, right);
    expect((await proposals(gateway)).some(({ id }) => id.includes(wrong.replace("-", "_")))).toBe(false);
    expect(gateway.output()).toContain("nekzus.route.scopes");
  });
});
