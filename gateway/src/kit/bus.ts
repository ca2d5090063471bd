/** A typed bus: `Messages` maps each topic to its payload. */
export type Bus<Messages> = {
  /** Calls every listener of the topic, one after the other. A listener that throws does not stop the others. */
  emit<T extends keyof Messages>(topic: T, payload: Messages[T]): void;
  /** Listens to one topic; the returned function ends it. */
  on<T extends keyof Messages>(topic: T, listener: (payload: Messages[T]) => void): () => void;
  /** Listens to everything. */
  onAny(listener: <T extends keyof Messages>(topic: T, payload: Messages[T]) => void): () => void;
};

/** Makes a bus. `onError` hears of listeners that throw, so that one failing part never takes the rest down. */
export function createBus<Messages>(onError: (error: unknown, topic: keyof Messages) => void): Bus<Messages> {
  type Listener = (payload: never) => void;
  type AnyListener = (topic: never, payload: never) => void;
  const listeners = new Map<keyof Messages, Set<Listener>>();
  const all = new Set<AnyListener>();

  function guarded(topic: keyof Messages, run: () => void) {
    try {
      run();
    } catch (error) {
      onError(error, topic);
    }
  }

  return {
    emit(topic, payload) {
      for (const listener of [...(listeners.get(topic) ?? [])]) guarded(topic, () => listener(payload as never));
      for (const listener of [...all]) guarded(topic, () => listener(topic as never, payload as never));
    },
    on(topic, listener) {
      const set = listeners.get(topic) ?? new Set<Listener>();
      listeners.set(topic, set);
      set.add(listener as Listener);
      return () => set.delete(listener as Listener);
    },
    onAny(listener) {
      all.add(listener as AnyListener);
      return () => all.delete(listener as AnyListener);
    },
  };
}
