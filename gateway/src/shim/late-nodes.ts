import { ATTRIBUTE_NAMES, WITH_ATTRIBUTES } from "./attributes.ts";
import { hookGetter, hookMethod } from "./hook.ts";
import { prototypeOf } from "./scope.ts";
import type { Shim } from "./shim.ts";

const XLINK = "http://www.w3.org/1999/xlink";

/**
 * Looks after nodes that came past all hooks: parsed from a piece of a tag, cloned from another document, changed
 * through `style`. What is fetched when the page is laid out, such as a background, is put right before it is fetched.
 *
 * No record tells of a shadow root that stands in markup. One is found with the element that has it; where the parser
 * pauses between the two, when a script reaches for it, or when the whole page is parsed. Closed ones are found only if
 * their custom element reaches for them.
 */
export function watchLateNodes({ scope, fixCss, fixSheet, fixAttribute: fixed, trustHtml }: Shim): void {
  const { document, MutationObserver } = scope;
  const { getAttributeNS, setAttributeNS, querySelectorAll, matches } = scope.Element.prototype;
  const { shadowRoot } = Object.getOwnPropertyDescriptors(scope.Element.prototype);
  const watched = new WeakSet<Node>();

  function fixAttribute(element: Element, namespace: string | null, name: string): void {
    const { localName } = element;
    // A script that has begun to load runs once, wherever it came from.
    if (localName === "script") return;
    const value = getAttributeNS.call(element, namespace, name);
    if (value === null) return;
    const next = fixed(element, name, value);
    if (next === value) return;
    // Where a page asks for trusted values, the text of a document must be one.
    setAttributeNS.call(element, namespace, name, name === "srcdoc" ? (trustHtml(next) as string) : next);
  }

  function fixElement(element: Element): void {
    const { localName } = element;
    if (localName === "style") fixStyle(element);
    // Reading it puts our hooks into the frame.
    if (localName === "iframe") void (element as HTMLIFrameElement).contentDocument;
    if (!matches.call(element, WITH_ATTRIBUTES)) return;
    for (const name of ATTRIBUTE_NAMES) fixAttribute(element, null, name);
    fixAttribute(element, XLINK, "href");
  }

  function fixStyle(element: Element): void {
    const text = element.textContent;
    // A nonce lets it in, whatever is in it.
    const next = ((element as HTMLElement).nonce ? fixCss : fixSheet)(text);
    if (next !== text) element.textContent = next;
  }

  function added(node: Node): void {
    if (node.nodeType !== 1) return;
    fixElement(node as Element);
    if (!node.firstChild) return;
    for (const element of querySelectorAll.call(node, `${WITH_ATTRIBUTES},style,iframe`)) fixElement(element);
  }

  function look(records: readonly MutationRecord[]): void {
    const seen = new Set<Node>();
    for (const { type, target, addedNodes, attributeName, attributeNamespace } of records) {
      if (type === "attributes") fixAttribute(target as Element, attributeNamespace, attributeName as string);
      const holder = type === "characterData" ? target.parentNode : target;
      if (type !== "attributes" && (holder as Element | null)?.localName === "style") fixStyle(holder as Element);
      for (const node of addedNodes) {
        watchRootOf(node);
        // While a page is parsed, everything below comes with a record of its own.
        if (!node.parentNode || !seen.has(node.parentNode)) added(node);
        seen.add(node);
      }
    }
  }

  const observer = new MutationObserver((records) => quietly(() => look(records)));
  function watch(root: Node): void {
    watched.add(root);
    observer.observe(root, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
      attributeFilter: ATTRIBUTE_NAMES,
    });
  }

  /** Watches a shadow root, and sees to what is in it already. */
  function watchRoot(root: unknown): void {
    if (!root || watched.has(root as ShadowRoot)) return;
    watch(root as ShadowRoot);
    for (const element of (root as ShadowRoot).querySelectorAll("*")) {
      fixElement(element);
      watchRootOf(element);
    }
  }

  function watchRootOf(node: Node): void {
    if (node.nodeType === 1) watchRoot(shadowRoot.get?.call(node as Element));
  }

  watch(document);
  const element = prototypeOf(scope, "Element");
  hookMethod(element, "attachShadow", (args) => args, watchRoot);
  for (const owner of [element, prototypeOf(scope, "ElementInternals")]) hookGetter(owner, "shadowRoot", watchRoot);
  const parsed = () => quietly(() => document.querySelectorAll("*").forEach(watchRootOf));
  // Comes before deferred scripts.
  document.addEventListener("readystatechange", parsed, { once: true });
}

function quietly(act: () => void): void {
  try {
    act();
  } catch {
    // What is left as it was is led back by the gateway.
  }
}
