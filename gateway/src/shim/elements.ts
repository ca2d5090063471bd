import { hookMethod, hookSetter } from "./hook.ts";
import { prototypeOf } from "./scope.ts";
import type { Shim } from "./shim.ts";

/** Properties that stand for an attribute of the same name. */
const PROPERTIES: Record<string, readonly string[]> = {
  HTMLAnchorElement: ["href", "ping"],
  HTMLAreaElement: ["href", "ping"],
  HTMLBaseElement: ["href"],
  HTMLBodyElement: ["background"],
  HTMLButtonElement: ["formAction"],
  HTMLEmbedElement: ["src"],
  HTMLFormElement: ["action"],
  HTMLFrameElement: ["src"],
  HTMLIFrameElement: ["src", "srcdoc"],
  HTMLImageElement: ["src", "srcset"],
  HTMLInputElement: ["formAction", "src"],
  HTMLLinkElement: ["href", "imageSrcset"],
  HTMLMediaElement: ["src"],
  HTMLObjectElement: ["data"],
  HTMLScriptElement: ["src"],
  HTMLSourceElement: ["src", "srcset"],
  HTMLTrackElement: ["src"],
  HTMLVideoElement: ["poster"],
};

/** Hooks every way in which a script sets an attribute that names an address. */
export function hookElements({ scope, settings, address, attribute, fixAttribute }: Shim): void {
  for (const [owner, names] of Object.entries(PROPERTIES)) {
    const prototype = prototypeOf(scope, owner);
    for (const name of names) {
      const lower = name.toLowerCase();
      hookSetter(prototype, name, (value, self) => attribute(self as Element, lower, value));
    }
  }

  const { removeAttribute } = scope.Element.prototype;
  const { prefix, origins } = settings.rule;
  /** The gateway changes style sheets on their way, so that no checksum of them holds; scripts stay. */
  const dropChecksum = (self: unknown) => {
    const element = self as HTMLLinkElement;
    if (element.localName !== "link" || !element.integrity) return;
    const { as, rel, href } = element;
    if (as === "script" || rel === "modulepreload") return;
    if (origins.some((origin) => href.startsWith(origin + prefix))) removeAttribute.call(element, "integrity");
  };
  const link = prototypeOf(scope, "HTMLLinkElement");
  for (const name of ["href", "integrity"]) hookSetter(link, name, (value) => value, dropChecksum);

  const element = prototypeOf(scope, "Element");
  const withValue = (args: readonly unknown[], self: unknown) => {
    const [name, value] = args;
    return args.length < 2 ? args : args.with(1, attribute(self as Element, String(name), value));
  };
  hookMethod(element, "setAttribute", withValue, (_result, self) => dropChecksum(self));
  hookMethod(element, "setAttributeNS", (args, self) => {
    const [, name, value] = args;
    return args.with(2, attribute(self as Element, localPart(String(name)), value));
  });

  // Of `href` in SVG, and of `class`, which is no path.
  hookSetter(prototypeOf(scope, "SVGAnimatedString"), "baseVal", (value) =>
    /^\s*\//.test(String(value)) ? address(value) : value,
  );

  const { value: valueOfAttr } = Object.getOwnPropertyDescriptors(scope.Attr.prototype);
  const setValue = valueOfAttr.set as (this: Attr, value: string) => void;
  hookSetter(scope.Attr.prototype, "value", (value, self) => {
    const { ownerElement, localName } = self as Attr;
    return ownerElement ? attribute(ownerElement, localName, value) : value;
  });
  /** The node that is about to become an attribute of an element gets the right value before. */
  const fixNode = (node: unknown, element: unknown) => {
    const { localName, value } = node as Attr;
    const next = fixAttribute(element as Element, localName, value);
    if (next !== value) setValue.call(node as Attr, next);
  };
  for (const name of ["setAttributeNode", "setAttributeNodeNS"]) {
    hookMethod(element, name, (args, self) => {
      fixNode(args[0], self);
      return args;
    });
  }
}

function localPart(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}
