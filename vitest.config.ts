import { defineConfig } from "vitest/config";

/** Every start and stop of a container changes the machine's networks, and Chromium cuts its connections then. */
const CONTAINERS = [
  "gateway/src/core/discovery/sources/docker-integration.test.ts",
  "tests/discovery/**/*.test.ts",
  "tests/packaging/image.test.ts",
  "tests/security/{discovery-hijack,docker-gateway,label-limits}.test.ts",
];

/** Browsers beside containers of their own, which are there before the browser: alone, and one file after the other. */
const BROWSERS_WITH_CONTAINERS = ["tests/browser/flow-{approve,first-run}.test.ts"];

/** What tokens, scopes, pairing, sign-in and cookies promise holds behind a trusted proxy too. */
const ALSO_BEHIND_NGINX = [
  "tests/security/{app-response-headers,app-xss-api,authz-sources,cookie-other-port,csrf,device-owner}.test.ts",
  "tests/security/{foreign-bearer,hand-over,jwt-matrix,lockout,login-timing,old-tokens,pair-lock,pair-race}.test.ts",
  "tests/security/{pair-relay,refresh-family,scope-lattice,setup-latch,token-canary}.test.ts",
];

/** What runs from the checkout serves the dashboard that was built there. */
const BUILT_DASHBOARD = "./tests/harness/built-dashboard.ts";

const SKIPPED = ["**/node_modules/**", "**/dist/**", "tools/fixtures/**"];

export default defineConfig({
  test: {
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 10_000 } },
    // Whole systems on a busy machine: one more try, which the report names, before a landing is held up.
    retry: process.env.CI ? 1 : 0,
    reporters: ["default", "./tools/summary-reporter.ts"],
    projects: [
      {
        extends: true,
        test: {
          name: "parts",
          include: [
            "bench/**/*.test.ts",
            "contract/**/*.test.ts",
            "dashboard/**/*.test.ts",
            "gateway/src/**/*.test.ts",
            "tools/**/*.test.ts",
          ],
          exclude: [...SKIPPED, ...CONTAINERS],
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: "whole",
          include: ["tests/**/*.test.ts"],
          exclude: [...SKIPPED, ...CONTAINERS, ...BROWSERS_WITH_CONTAINERS],
          globalSetup: BUILT_DASHBOARD,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: "behind nginx",
          // Without nginx nothing is left to run; where it is required, behind-proxy.test.ts says that it is missing.
          include: process.env.NGINX ? ALSO_BEHIND_NGINX : [],
          exclude: SKIPPED,
          globalSetup: BUILT_DASHBOARD,
          env: { NEKZUS_TEST_FRONT: "nginx" },
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: "containers",
          include: CONTAINERS,
          exclude: SKIPPED,
          globalSetup: BUILT_DASHBOARD,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: "browsers with containers",
          include: BROWSERS_WITH_CONTAINERS,
          exclude: SKIPPED,
          globalSetup: BUILT_DASHBOARD,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
