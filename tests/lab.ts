/**
 * The real components that tests use are found by environment variables. Where one is missing its tests are skipped
 * and the run says so; in NEKZUS_TEST_REQUIRE (a list with commas) it must be there, as in CI.
 */
const COMPONENTS = {
  docker: "DOCKER_HOST",
  postgres: "POSTGRES_URL",
  browser: "CHROMIUM",
  tools: "PROMTOOL",
  peers: "NGINX_URL",
  apps: "NODE_RED_URL",
} as const;

export type Component = keyof typeof COMPONENTS;

const told = new Set<Component>();

/**
 * May tests that need the component run? Use it as `describe.runIf(requires("docker"))`. Throws when the component
 * is missing and NEKZUS_TEST_REQUIRE names it, and when NEKZUS_TEST_REQUIRE names something unknown.
 */
export function requires(component: Component): boolean {
  const required = (process.env.NEKZUS_TEST_REQUIRE ?? "").split(",").filter((name) => name !== "");
  const unknown = required.find((name) => !(name in COMPONENTS));
  if (unknown !== undefined) {
    throw new Error(`NEKZUS_TEST_REQUIRE names ${unknown}; known are ${Object.keys(COMPONENTS).join(", ")}`);
  }
  const variable = COMPONENTS[component];
  if (process.env[variable]) return true;
  if (required.includes(component)) throw new Error(`${component} is required, but ${variable} is not set`);
  if (!told.has(component)) console.warn(`skipping tests that need ${component}: ${variable} is not set`);
  told.add(component);
  return false;
}
