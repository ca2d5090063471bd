import { changeArgument, hookConstructor, hookMethod } from "./hook.ts";
import { prototypeOf } from "./scope.ts";
import type { Shim } from "./shim.ts";

/** Hooks what sends requests and opens connections. */
export function hookRequests({ scope, address, fix }: Shim): void {
  const { Request } = scope;
  const first = changeArgument(0, address);

  // A Request is right from the start, so that signal, body and the rest are the browser's business.
  hookConstructor(scope, "Request", first);
  const given = (value: unknown) => {
    if (!(value instanceof Request)) return address(value);
    // One from elsewhere, such as what a service worker is asked. A body cannot be passed on without streaming it.
    const url = fix(value.url);
    return url === value.url || value.body ? value : new Request(url, value);
  };
  hookMethod(scope, "fetch", changeArgument(0, given));
  hookMethod(scope, "fetchLater", changeArgument(0, given));

  hookMethod(prototypeOf(scope, "XMLHttpRequest"), "open", changeArgument(1, address));
  hookConstructor(scope, "EventSource", first);
  hookConstructor(scope, "WebSocket", first);
  hookConstructor(scope, "WebSocketStream", first);
  hookMethod(prototypeOf(scope, "Navigator"), "sendBeacon", first);
  hookMethod(prototypeOf(scope, "Navigator"), "registerProtocolHandler", changeArgument(1, address));
  hookConstructor(scope, "Audio", first);
}
