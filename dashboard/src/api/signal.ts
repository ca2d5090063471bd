/** A value that changes and tells those who look at it; the form that React's useSyncExternalStore takes. */
export type Signal<T> = {
  get(): T;
  set(value: T): void;
  /** Answers how to stop listening. */
  subscribe(listener: () => void): () => void;
};

/** Makes a signal. Setting the value that it has tells nobody. */
export function createSignal<T>(first: T): Signal<T> {
  let value = first;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
