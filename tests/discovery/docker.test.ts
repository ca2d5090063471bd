import { describe, expect, test, vi } from "vitest";
import { approve, docker, ENGINE, proposals, proposed, startContainer, uniqueName } from "../harness/containers.ts";
import { startEchoApp } from "../harness/echo-app.ts";
import { eventually } from "../harness/eventually.ts";
import { makeFolder } from "../harness/folder.ts";
import { type Gateway, startGateway } from "../harness/gateway.ts";
import { requires } from "../lab.ts";

vi.setConfig({ testTimeout: 120_000 });

describe.runIf(requires("docker"))("a labelled container", () => {
  test("is proposed in time, opens once approved, survives a restart, is followed, and dies only for itself", async () => {
    const name = uniqueName("echo");
    const labels = { "nekzus.enable": "true", "nekzus.app.id": name, "nekzus.app.name": "Echo" };
    const dataFolder = makeFolder("nekzus-discovery-");
    const steady = await startEchoApp();
    let gateway: Gateway = await startGateway({ config: ENGINE, dataFolder });
    await gateway.addRoute("steady", steady.url);
    const token = await gateway.signIn();
    const open = (appId: string) =>
      gateway.api("GET", `/apps/${appId}/hello`, { headers: { authorization: `Bearer ${token}` } });
    const upstream = async () => {
      const answer = await gateway.admin("GET", "/api/v1/routes");
      return (answer.json as { appId: string; to: string }[]).find(({ appId }) => appId === name)?.to;
    };

    await startContainer(name, labels);
    const began = performance.now();
    const proposal = await proposed(gateway, name);
    expect(performance.now() - began).toBeLessThan(2000);
    expect(proposal).toMatchObject({ detectedPort: 3000, suggestedApp: { id: name, name: "Echo" } });
    expect((await open(name)).status).toBe(404);

    await approve(gateway, proposal);
    // The route is there at once; the program in the container may still be starting.
    expect([200, 502]).toContain((await open(name)).status);
    await eventually("the app answers", async () => (await open(name)).status === 200);
    expect((await open(name)).json).toMatchObject({ app: "echo", url: "/hello" });
    expect((await proposals(gateway)).map(({ id }) => id)).not.toContain(proposal.id);
    const again = await gateway.admin("POST", `/api/v1/discovery/proposals/${proposal.id}/approve`);
    expect(again.json).toMatchObject({ status: "already_processed" });

    expect(await gateway.stop()).toBe(0);
    gateway = await startGateway({ config: ENGINE, dataFolder });
    expect((await open(name)).status).toBe(200);
    const witness = uniqueName("witness");
    await startContainer(witness, { "nekzus.enable": "true" });
    await proposed(gateway, witness);
    expect((await proposals(gateway)).map(({ id }) => id)).not.toContain(proposal.id);

    await docker("rm", "-f", name);
    // Somebody else gets the address that became free, unless other tests have just left a better one.
    await startContainer(uniqueName("squatter"), {}, "lab/pause:1");
    await startContainer(name, labels);
    const address = await docker("inspect", "-f", "{{.NetworkSettings.IPAddress}}", name);
    await eventually("its route leads to the new address", async () => (await upstream())?.includes(`//${address}:`));
    await eventually("the new container answers", async () => (await open(name)).status === 200);

    await docker("stop", "-t", "0", name);
    const closed = await open(name);
    expect([502, 503, 504]).toContain(closed.status);
    expect((closed.json as { error: { message: string } }).error.message).not.toBe("");
    expect((await open("steady")).status).toBe(200);
    expect((await gateway.admin("GET", "/api/v1/apps")).status).toBe(200);
    await docker("start", name);
    await eventually("it is back", async () => (await open(name)).status === 200);
  });

  test("is not proposed again once it was dismissed, until one asks for it", async () => {
    const gateway = await startGateway({ config: ENGINE });
    const unwanted = uniqueName("unwanted");
    await startContainer(unwanted, { "nekzus.enable": "true" });
    const proposal = await proposed(gateway, unwanted);
    const dismiss = () => gateway.admin("POST", `/api/v1/discovery/proposals/${proposal.id}/dismiss`);
    expect((await dismiss()).json).toMatchObject({ status: "dismissed" });
    expect((await dismiss()).json).toMatchObject({ status: "already_processed" });

    await docker("restart", "-t", "0", unwanted);
    const witness = uniqueName("witness");
    await startContainer(witness, { "nekzus.enable": "true" });
    await proposed(gateway, witness);
    expect((await proposals(gateway)).map(({ id }) => id)).not.toContain(proposal.id);

    const rediscovered = await gateway.admin("POST", "/api/v1/discovery/rediscover");
    expect(rediscovered.json).toMatchObject({ status: "success", dismissedCleared: 1 });
    expect((await proposed(gateway, unwanted)).id).toBe(proposal.id);
  });

  test("tells what is risky about it, and opens as a person wants it, also after they thought better of a dismissal", async () => {
    const gateway = await startGateway({ config: ENGINE });
    const name = uniqueName("risky");
    // Nobody listens on 2999, the port that would be used.
    const options = ["--publish", "0.0.0.0::3000", "--expose", "2999"];
    await startContainer(name, { "nekzus.enable": "true", "nekzus.discover.all_ports": "true" }, "lab/node:1", options);
    const proposal = await proposed(gateway, name);
    const hostPort = (await docker("port", name, "3000/tcp")).split(":").at(-1);
    expect(proposal.detectedPort).toBe(2999);
    expect(proposal.securityRemarks).toContainEqual({
      code: "published_everywhere",
      severity: "warning",
      message: `Port ${hostPort} is published on every address of the machine`,
      advice: expect.stringContaining("127.0.0.1"),
    });
    expect(proposal.securityNotes).toEqual(proposal.securityRemarks.map(({ message }) => message));
    expect((await gateway.admin("GET", "/api/v1/discovery/sources")).json).toMatchObject({
      enabled: true,
      sources: [{ name: "docker", status: "working" }],
    });

    const path = `/api/v1/discovery/proposals/${proposal.id}`;
    const dismissed = async () =>
      ((await gateway.admin("GET", "/api/v1/discovery/dismissed")).json as { id: string }[]).map(({ id }) => id);
    await gateway.admin("POST", `${path}/dismiss`);
    expect(await dismissed()).toEqual([proposal.id]);
    expect((await gateway.admin("POST", `${path}/restore`)).json).toEqual({ status: "restored", id: proposal.id });
    expect(await dismissed()).toEqual([]);
    expect((await proposed(gateway, name)).id).toBe(proposal.id);

    const chosen = { port: 3000, app: { id: "wiki", name: "Our wiki" }, route: { pathBase: "/apps/our/wiki/" } };
    await gateway.addRoute("our", "http://127.0.0.1:9");
    expect((await gateway.admin("POST", `${path}/approve`, chosen)).json).toMatchObject({
      error: { code: "ROUTE_CONFLICT", details: [{ path: "route.pathBase" }] },
    });
    chosen.route.pathBase = "/apps/wiki/main/";
    expect((await gateway.admin("POST", `${path}/approve`, chosen)).json).toMatchObject({
      status: "approved",
      app: { id: "wiki", name: "Our wiki", proxyPath: "/apps/wiki/main/" },
      route: { pathBase: "/apps/wiki/main/", to: expect.stringMatching(/:3000$/) },
    });
    const { events } = (await gateway.admin("GET", "/api/v1/events?limit=500")).json as { events: { type: string }[] };
    const binding = { port: "3000/tcp", hostPort, binding: "0.0.0.0", riskLevel: "critical" };
    expect(events.filter(({ type }) => type === "port_exposure_warning")).toMatchObject([
      { data: { appId: "wiki", appName: "Our wiki", riskLevel: "critical", bindings: [binding] } },
    ]);
    const headers = { authorization: `Bearer ${await gateway.signIn()}` };
    const open = () => gateway.api("GET", "/apps/wiki/main/hello", { headers });
    await eventually("the app answers", async () => (await open()).status === 200);
    expect((await open()).json).toMatchObject({ app: "echo", url: "/hello" });
  });
});
