import * as contract from "../../contract/src/index.ts";
import { type Answer, type EndpointSpec, empty, isRaw } from "../../contract/src/index.ts";
import { createSchemas, type Json } from "../../contract/src/json-schemas.ts";
import { createShapes } from "./shapes.ts";

type Member = { group: string; name: string; spec: EndpointSpec };

/**
 * What is asked before the first view is of use, by the names of the contract. The browser fetches these with the page;
 * all others come with the first screen that is loaded on demand.
 */
const FIRST = new Set([
  "appFavicon",
  "appsList",
  "changePreferences",
  "getPreferences",
  "healthzApi",
  "login",
  "me",
  "proposalsList",
  "setup",
  "setupStatus",
]);

/**
 * The dashboard's table of endpoints in files by their names: of the contract it holds methods, paths and shapes of
 * answers, so that no schema code reaches the browser (design, section 4). Everything below /api/ is in it. Throws when
 * two endpoints carry one name, or an answer says something that shapes cannot.
 */
export function clientTable(): Record<"endpoints" | "first" | "later", string> {
  const groups = Object.entries(contract).filter(([, value]) => isGroup(value)) as [string, Json][];
  const members = groups.flatMap(([group, values]) =>
    Object.entries(values).flatMap(([name, spec]) => (isForBrowsers(spec) ? [{ group, name, spec }] : [])),
  );
  refuseDoubles(members);
  const schemas = createSchemas(groups.map(([, values]) => values));
  const asked = new Map(members.map((member) => [member, answersOf(member, schemas)]));
  const shapes = createShapes(schemas.components());
  const textsOf = (wanted: readonly Member[]) =>
    wanted.map((member) =>
      endpointText(
        member,
        (asked.get(member) ?? []).map(
          ({ status, schema }) => `${status}: ${typeof schema === "string" ? `"${schema}"` : shapes.textOf(schema)}`,
        ),
      ),
    );
  const [first, later] = [
    members.filter(({ name }) => FIRST.has(name)),
    members.filter(({ name }) => !FIRST.has(name)),
  ];
  const firstTexts = textsOf(first);
  const firstShapes = shapes.declarations();
  const laterTexts = textsOf(later);
  const laterShapes = shapes.declarations().slice(firstShapes.length);
  const known = firstShapes.map((text) => /^const (\w+)/.exec(text)?.[1] ?? "");
  const rest = [...laterShapes, ...laterTexts].join("\n");
  const shared = known.filter((name) => new RegExp(`\\b${name}\\b`).test(rest));
  return {
    endpoints: [WRITTEN, 'export * from "./first.gen.ts";', 'export * from "./later.gen.ts";'].join("\n"),
    first: file(first, [], [...firstShapes.map((text) => `export ${text}`), "", firstTexts.join("\n\n")]),
    later: file(later, shared, [...laterShapes, "", laterTexts.join("\n\n")]),
  };
}

const WRITTEN = "// Written by `npm run generate` from the contract. Change contract/src/endpoints instead.";

/** One file of the table; `shared` are the shapes that it takes from the first one. */
function file(members: readonly Member[], shared: readonly string[], lines: readonly string[]): string {
  const used = [...new Set(members.map(({ group }) => group))].sort();
  return [
    WRITTEN,
    `import type { ${used.join(", ")} } from "@nekzus/contract";`,
    'import type { Endpoint } from "./endpoint.ts";',
    ...(shared.length > 0 ? [`import { ${shared.join(", ")} } from "./first.gen.ts";`] : []),
    "",
    ...lines,
  ].join("\n");
}

function answersOf({ spec }: Member, schemas: ReturnType<typeof createSchemas>) {
  return Object.entries(spec.answers).map(([status, answer]) => ({
    status,
    // The output side: what is documented, with every default filled in.
    schema: typeof answer === "symbol" || isRaw(answer) ? word(answer) : schemas.of(answer, "output"),
  }));
}

function isGroup(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value) && Object.values(value).some(isSpec);
}

function isSpec(value: unknown): value is EndpointSpec {
  return typeof value === "object" && value !== null && "access" in value && "answers" in value;
}

function isForBrowsers(value: unknown): value is EndpointSpec {
  return isSpec(value) && value.listener !== "apps" && value.path.startsWith("/api/");
}

function refuseDoubles(members: readonly Member[]): void {
  const groupOf = new Map<string, string>();
  for (const { group, name } of members) {
    const other = groupOf.get(name);
    if (other)
      throw new Error(`${group}.${name} and ${other}.${name} have one name: rename one in contract/src/endpoints`);
    groupOf.set(name, group);
  }
}

function word(answer: Answer): "nothing" | "raw" {
  return answer === empty ? "nothing" : "raw";
}

function endpointText({ group, name, spec }: Member, answers: readonly string[]): string {
  return [
    `/** ${spec.summary}. */`.replace("?. */", "? */"),
    `export const ${name}: Endpoint<typeof ${group}.${name}> = {`,
    `  id: "${spec.id}",`,
    `  method: "${spec.method}",`,
    `  path: "${spec.path}",`,
    `  answers: { ${answers.join(", ")} },`,
    "};",
  ].join("\n");
}
