/**
 * How natives are replaced: only what they are given changes. A hook that fails passes on what it got, and the
 * replacement looks like what it replaces: name, length, `toString`, place, flags.
 */
import type { Scope } from "./scope.ts";

const { apply, construct, defineProperty, getOwnPropertyDescriptor, getPrototypeOf } = Reflect;

type Native = (...args: unknown[]) => unknown;
/** Answers what is passed on in place of `args`, which it leaves as they are. */
type Change = (args: readonly unknown[], self: unknown) => readonly unknown[];

/** What each replacement stands for. */
const natives = new WeakMap<object, Native>();
const nativeOf = natives.get.bind(natives);
const remember = natives.set.bind(natives);

function changed(change: Change, args: readonly unknown[], self: unknown): readonly unknown[] {
  try {
    return change(args, self);
  } catch {
    return args;
  }
}

/** The arguments with the one at `index` changed, if it was given. */
export function changeArgument(index: number, change: (value: unknown, self: unknown) => unknown): Change {
  return (args, self) => (index < args.length ? args.with(index, change(args[index], self)) : args);
}

/** Lets `change` decide what the method gets, and `after` see what it answers. Nothing where there is no such method. */
export function hookMethod(
  owner: object | undefined,
  name: string,
  change: Change,
  after?: (result: unknown, self: unknown, args: readonly unknown[]) => void,
): void {
  const place = placeOf(owner, name);
  const native = place?.descriptor.value as Native | undefined;
  if (!place || typeof native !== "function") return;
  const wrapper = {
    [name](...args: unknown[]) {
      const result = apply(native, this, changed(change, args, this));
      if (after) {
        try {
          after(result, this, args);
        } catch {
          // The page has its result.
        }
      }
      return result;
    },
  }[name] as Native;
  defineProperty(wrapper, "length", { value: native.length, configurable: true });
  remember(wrapper, native);
  defineProperty(place.holder, name, { ...place.descriptor, value: wrapper });
}

/** Lets `change` decide what a property is set to. Its getter stays as it is, and so tells the truth. */
export function hookSetter(
  owner: object | undefined,
  name: string,
  change: (value: unknown, self: unknown) => unknown,
  after?: (self: unknown) => void,
): void {
  hookAccessor(owner, name, "set", (native) => ({
    [name](value: unknown) {
      apply(
        native,
        this,
        changed(([one], self) => [change(one, self)], [value], this),
      );
      if (!after) return;
      try {
        after(this);
      } catch {
        // The value is set.
      }
    },
  }));
}

/** Lets `seen` act on what a property answers, before the page has it. */
export function hookGetter(
  owner: object | undefined,
  name: string,
  seen: (result: unknown, self: unknown) => void,
): void {
  hookAccessor(owner, name, "get", (native) => ({
    [name]() {
      const result = apply(native, this, []);
      try {
        seen(result, this);
      } catch {
        // The page gets what it asked for.
      }
      return result;
    },
  }));
}

function hookAccessor(
  owner: object | undefined,
  name: string,
  side: "get" | "set",
  make: (native: Native) => Record<string, Native>,
): void {
  const place = placeOf(owner, name);
  const native = place?.descriptor[side] as Native | undefined;
  if (!place || !native) return;
  const wrapper = make(native)[name] as Native;
  defineProperty(wrapper, "name", { value: native.name, configurable: true });
  remember(wrapper, native);
  defineProperty(place.holder, name, { ...place.descriptor, [side]: wrapper });
}

/** Lets `change` decide what a constructor gets. Statics, prototype and `instanceof` stay the native's. */
export function hookConstructor(scope: Scope, name: string, change: Change): void {
  const place = placeOf(scope, name);
  const native = place?.descriptor.value;
  if (!place || typeof native !== "function") return;
  const replacement: object = new Proxy(native, {
    construct: (target, args, newTarget) =>
      construct(target, changed(change, args, undefined), newTarget === replacement ? target : newTarget),
  });
  remember(replacement, native);
  defineProperty(place.holder, name, { ...place.descriptor, value: replacement });
  const { prototype } = native as { prototype: object };
  const back = getOwnPropertyDescriptor(prototype, "constructor");
  if (back) defineProperty(prototype, "constructor", { ...back, value: replacement });
}

/** Frameworks tell a native function by its text: a replacement shows that of what it replaces. */
export function hookToString({ scope }: { scope: Scope }): void {
  const { prototype } = scope.Function;
  const native = prototype.toString;
  const { toString: wrapper } = {
    toString(this: unknown) {
      return apply(native, nativeOf(this as object) ?? this, []) as string;
    },
  };
  remember(wrapper, native);
  defineProperty(prototype, "toString", { ...getOwnPropertyDescriptor(prototype, "toString"), value: wrapper });
}

/** Where a property lies: a global's are its own or its prototype's, by the browser. */
function placeOf(owner: object | undefined, name: string) {
  for (let holder = owner; holder; holder = getPrototypeOf(holder) ?? undefined) {
    const descriptor = getOwnPropertyDescriptor(holder, name);
    if (descriptor) return { holder, descriptor };
  }
  return undefined;
}
