import { changeArgument, hookConstructor, hookMethod } from "./hook.ts";
import { member, prototypeOf } from "./scope.ts";
import type { Shim } from "./shim.ts";

/** The bundle's own function, by whose text a worker gets it. */
declare const PREFIX_SCRIPT: () => void;

/**
 * Hooks what starts scripts elsewhere. A worker at an address gets this script from the gateway, in front of its own;
 * one that the page makes from a blob gets it here.
 */
export function hookWorkers(shim: Shim): void {
  const { scope, address } = shim;
  const first = changeArgument(0, address);

  const script = blobWorkers(shim);
  hookConstructor(scope, "Worker", changeArgument(0, script));
  hookConstructor(scope, "SharedWorker", first);
  hookMethod(scope, "importScripts", (args) => args.map(address));
  hookMethod(prototypeOf(scope, "Worklet"), "addModule", first);

  const container = prototypeOf(scope, "ServiceWorkerContainer");
  hookMethod(container, "register", (args) => {
    const [url, options, ...rest] = args;
    return [address(url), within(shim, url, options), ...rest];
  });
  hookMethod(container, "getRegistration", first);
}

/**
 * Remembers which blob an address stands for, as the browser does itself until it is revoked, and answers what a new
 * worker is started from.
 */
function blobWorkers({ scope, address, settings }: Shim): (value: unknown) => unknown {
  const { Blob, URL } = scope;
  const { createObjectURL, revokeObjectURL } = URL;
  const { prefix, exclude } = settings.rule;
  const blobs = new Map<string, Blob>();

  hookMethod(
    URL,
    "createObjectURL",
    (args) => args,
    (url, _self, [blob]) => {
      if (blob instanceof Blob) blobs.set(url as string, blob);
    },
  );
  hookMethod(URL, "revokeObjectURL", (args) => {
    blobs.delete(String(args[0]));
    return args;
  });
  return (value) => {
    const blob = blobs.get(String(value));
    if (!blob) return address(value);
    const opening = `(${PREFIX_SCRIPT})(${JSON.stringify({ prefix, exclude })});`;
    const url = createObjectURL.call(URL, new Blob([opening, blob], { type: blob.type }));
    // The worker holds on to the blob from the moment it is made.
    queueMicrotask(() => revokeObjectURL.call(URL, url));
    return url;
  };
}

/** Options of a service worker whose scope is in the prefix, also where its script is not. */
function within({ scope, settings, fix }: Shim, url: unknown, options: unknown): unknown {
  const { prefix } = settings.rule;
  const wanted = member(options, "scope");
  const base = scope.document?.baseURI ?? scope.location.href;
  const written = fix(String(wanted ?? new URL(".", new URL(fix(String(url)), base))));
  const inside = URL.parse(written, base)?.pathname.startsWith(prefix);
  if (inside && wanted === undefined) return options;
  return { ...(options as object | undefined), scope: inside ? written : prefix };
}
