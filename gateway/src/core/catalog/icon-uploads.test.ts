import { catalog as contract } from "@nekzus/contract";
import { expect, test } from "vitest";
import { eachStorage } from "../storage/test-storages.ts";
import { createIconUploads } from "./icon-uploads.ts";
import { ADMIN, openTestCatalog } from "./test-catalog.ts";

const SVG = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><text>ö</text></svg>');
const PNG = Buffer.from("89504e470d0a1a0a00ff00", "hex");

eachStorage((_, open) => {
  test("an image is kept byte for byte; the next one takes its place", async () => {
    const { catalog, uploads } = await setUp();
    await catalog.add("films");
    for (const image of [SVG, PNG]) {
      const { version } = await uploads.upload("films", image.toString("base64"));
      expect(await uploads.read("films")).toMatchObject({ body: image, version });
    }
    await uploads.remove("films");
    expect([await uploads.read("films"), await uploads.version("films")]).toEqual([undefined, undefined]);
  });

  test("an icon outlives its app for as long as the deletion can be undone", async () => {
    const { catalog, uploads, storage } = await setUp();
    await catalog.add("films");
    await uploads.upload("films", PNG.toString("base64"));
    await catalog.remove("films");
    await uploads.start();
    expect(await uploads.version("films")).toBeDefined();

    await storage.write((tx) => tx.deleteFrom("deletions").execute());
    await catalog.add("music");
    await uploads.upload("music", PNG.toString("base64"));
    expect([await uploads.version("films"), await uploads.version("music")]).toEqual([undefined, expect.any(String)]);
  });

  async function setUp() {
    const storage = await open();
    const { catalog } = openTestCatalog(storage);
    const body = (appId: string) => contract.routePut.body.parse({ appId, to: "http://grafana.test:3000" });
    return {
      storage,
      uploads: createIconUploads({ storage }),
      catalog: {
        add: (appId: string) => catalog.putRoute(ADMIN, appId, body(appId)),
        remove: (appId: string) => catalog.deleteApp(ADMIN, appId),
      },
    };
  }
});
