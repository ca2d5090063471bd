import { readFileSync } from "node:fs";
import { join } from "node:path";
import { lingui } from "@lingui/vite-plugin";
import tailwind from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

/** The package that the dashboard is shipped in: page and gateway have one version. */
const GATEWAY = JSON.parse(readFileSync(join(import.meta.dirname, "../gateway/package.json"), "utf8")) as {
  version: string;
};

/** What every view needs of them: what only forms use comes with the forms. */
const LIBRARIES =
  /node_modules\/(?!.*\/useBlocker\.js$)(react|react-dom|scheduler|@lingui\/(core|react|message-utils)|@tanstack\/((react-)?(router|query|store)(-core)?|history))\//;

/** What surrounds every screen, and the parts of the kit that it and the first screens use. */
const FRAME = new RegExp(
  [
    "dashboard/src/(api/(?!later|live\\.|live-socket|live-notices|apply-event)|text/)",
    "dashboard/src/app/(app|broken|lazy-screen|not-found|return-path|router|screen-missing|start-screen)\\.",
    "dashboard/src/shell/(?!palette/|bell/|push/|slower-note|catch-focus|entrance|reading|shortcut-list|use-leave-guard|use-sign-out)",
    "dashboard/src/design/(badge|button|button-look|callout|classes|confirm|icon-button|panel|panel-boundary|states|themes|toast|tooltip|kbd|status-dot|use-now)\\.",
    "node_modules/lucide-react/dist/esm/(createLucideIcon|Icon|defaultAttributes|shared)",
  ].join("|"),
);

/** The dashboard is built into the gateway's package; `tools/delivery/dashboard.ts` compresses and weighs it. */
export default defineConfig(({ mode }) => ({
  root: import.meta.dirname,
  base: "/",
  publicDir: false,
  plugins: [
    react(),
    lingui({
      macroTransform: true,
      failOnCompileError: true,
      configPath: join(import.meta.dirname, "lingui.config.ts"),
    }),
    tailwind(),
    preloadImports(),
    plainImports(),
  ],
  // The page `/ui/kit` exists in development only.
  define: { __KIT__: JSON.stringify(mode === "development"), __VERSION__: JSON.stringify(GATEWAY.version) },
  build: {
    outDir: join(import.meta.dirname, "../gateway/dashboard"),
    emptyOutDir: true,
    assetsDir: "assets",
    assetsInlineLimit: 0,
    manifest: true,
    // What a screen needs is not fetched ahead of it: see plainImports.
    modulePreload: false,
    // The first that know light-dark(), which the themes are made of.
    target: ["chrome123", "firefox120", "safari17.5"],
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        // What every view needs, in two files: they compress better than many, and the first changes only with a library.
        codeSplitting: {
          groups: [
            { name: "libraries", test: LIBRARIES },
            { name: "frame", test: FRAME },
          ],
        },
      },
    },
  },
}));

/** Lets the browser fetch what the entry imports while it still reads the page. */
function preloadImports(): Plugin {
  return {
    name: "preload-imports",
    transformIndexHtml: {
      order: "post",
      handler: (_html, { chunk }) =>
        chunk?.imports.map((file) => ({
          tag: "link",
          attrs: { rel: "modulepreload", crossorigin: true, href: `/${file}` },
          injectTo: "head",
        })),
    },
  };
}

/**
 * What is loaded on demand is imported as it is written: the helper that would preload what a screen needs weighs more in
 * the first view than it saves in a home network. All styles are in the one sheet of the page.
 */
function plainImports(): Plugin {
  return {
    name: "plain-imports",
    enforce: "pre",
    load: (id) => (id === "\0vite/preload-helper.js" ? "export const __vitePreload = (load) => load();" : undefined),
  };
}
