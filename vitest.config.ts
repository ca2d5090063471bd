import { defineConfig } from "vitest/config";

/** Every start and stop of a container changes the machine's networks, and Chromium cuts its connections then. */
const CONTAINERS = [
  "gateway/src/core/discovery/sources/docker-integration.test.ts",
  "tests/discovery/**/*.test.ts",
  "tests/packaging/image.test.ts",
  "tests/security/{discovery-hijack,docker-gateway,label-limits}.test.ts",
];

const SKIPPED = ["**/node_modules/**", "**/dist/**", "tools/fixtures/**"];

export default defineConfig({
  test: {
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Whole systems on a busy machine: one more try, which the report names, before a landing is held up.
    retry: process.env.CI ? 1 : 0,
    reporters: ["default", "./tools/summary-reporter.ts"],
    projects: [
      {
        extends: true,
        test: {
          name: "all but containers",
          include: ["contract/**/*.test.ts", "gateway/src/**/*.test.ts", "tools/**/*.test.ts", "tests/**/*.test.ts"],
          exclude: [...SKIPPED, ...CONTAINERS],
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: "containers", include: CONTAINERS, exclude: SKIPPED, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
