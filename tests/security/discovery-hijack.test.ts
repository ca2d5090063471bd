// A container cannot take over, widen or imitate what a person approved, whatever its labels say (CWE-284, CWE-345).
import { beforeAll, describe, expect, test, vi } from "vitest";
import { approve, docker, ENGINE, proposals, proposed, startContainer, uniqueName } from "../harness/containers.ts";
import { startEchoApp } from "../harness/echo-app.ts";
import { eventually } from "../harness/eventually.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { requires } from "../lab.ts";

vi.setConfig({ testTimeout: 90_000 });

describe.runIf(requires("docker"))("a hostile container", () => {
  const victim = uniqueName("victim");
  let gateway: Gateway;
  let routesBefore: Awaited<ReturnType<typeof routes>>;

  beforeAll(async () => {
    const bank = await startEchoApp();
    gateway = await startGateway({ config: ENGINE });
    await gateway.addRoute("bank", bank.url);
    await startContainer(victim, { "nekzus.enable": "true", "nekzus.app.id": victim });
    await approve(gateway, await proposed(gateway, victim));
    routesBefore = await routes();
  });

  /** What was decided about each route, without its health, which moves by itself. */
  async function routes() {
    const all = (await gateway.admin("GET", "/api/v1/routes")).json as Record<string, unknown>[];
    return all.map(({ routeId, appId, pathBase, to, scopes, publicAccess }) => {
      return { routeId, appId, pathBase, to, scopes, publicAccess };
    });
  }

  /** Starts a container that says this of itself, and answers what is proposed for it. */
  async function propose(labels: Record<string, string>, image?: string) {
    const name = uniqueName("hostile");
    await startContainer(name, { "nekzus.enable": "true", ...labels }, image);
    return proposed(gateway, name);
  }

  test("gets another id than an app that exists, approved or made by hand", async () => {
    const [forVictim, forBank] = await Promise.all([
      propose({ "nekzus.app.id": victim, "nekzus.app.name": victim }),
      propose({ "nekzus.app.id": "bank", "nekzus.route.path": "/apps/bank/" }),
    ]);
    expect(forVictim.suggestedApp.id).toBe(`${victim}-2`);
    expect(forBank.suggestedApp.id).toBe("bank-2");
    expect(forBank.suggestedRoute.pathBase).toBe("/apps/bank-2/");
    expect(forBank.securityNotes.join()).toContain("belongs to another app");
    expect(await routes()).toEqual(routesBefore);
    await approve(gateway, forBank);
    expect(await routes()).toEqual(expect.arrayContaining(routesBefore));
  });

  test("cannot ask for a path outside of its own, nor inside of another app's", async () => {
    const paths = ["/", "/api/v1/", `/apps/${victim}/nested/`, "/apps/../api/", "https://evil.example/"];
    for (const proposal of await Promise.all(paths.map((path) => propose({ "nekzus.route.path": path })))) {
      expect(proposal.suggestedRoute.pathBase).toBe(`/apps/${proposal.suggestedApp.id}/`);
      expect(proposal.securityNotes.join()).toContain("nekzus.route.path");
    }
  });

  test("cannot name itself admin, nor loosen access: its labels add scopes to the app's own", async () => {
    expect((await propose({ "nekzus.app.id": "admin" })).suggestedApp.id).not.toBe("admin");
    const open = await propose({ "nekzus.route.scopes": "", "nekzus.route.public": "true" });
    const { route } = await approve(gateway, open);
    const answer = await gateway.api("GET", `/apps/${open.suggestedApp.id}/`);
    expect(answer.status).toBe(401);
    expect(route).toMatchObject({ publicAccess: false });
  });

  test("that copies project and service of a victim, with another image, is another service", async () => {
    const copied = {
      "com.docker.compose.project": "home",
      "com.docker.compose.service": uniqueName("grafana"),
    };
    const genuine = await propose(copied);
    const { route } = await approve(gateway, genuine);
    // The genuine one goes away; a stranger with its labels and another image comes.
    const container = await docker(
      "ps",
      "-q",
      "--filter",
      `label=com.docker.compose.service=${copied["com.docker.compose.service"]}`,
    );
    await docker("rm", "-f", container);
    const stranger = await propose(copied, "lab/labelled:1");
    expect(stranger.suggestedApp.id).not.toBe(genuine.suggestedApp.id);
    await eventually("a look was complete", async () =>
      (await proposals(gateway)).some(({ id }) => id === stranger.id),
    );
    expect((await routes()).find(({ routeId }) => routeId === route.routeId)?.to).toBe(route.to);
  });
});
