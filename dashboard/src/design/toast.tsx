import { createContext, lazy, type ReactNode, Suspense, use, useCallback, useMemo, useRef, useState } from "react";
import { loadPart } from "../api/load-part.ts";
import { Guarded } from "./panel.tsx";
import type { Saying, Toast } from "./saying.ts";

type Toasts = { say(toast: Toast): void };

/** Fetched beside the first view: it has to be there before the first toast, so that a reader announces that one too. */
const ToastStack = lazy(async () => ({ default: (await loadPart(() => import("./toast-stack.tsx"))).ToastStack }));

const ToastContext = createContext<Toasts | undefined>(undefined);

/** Returns `say(toast)`, for the outcome of what the person just did. News of others belong elsewhere. */
export function useToasts(): Toasts {
  const toasts = use(ToastContext);
  if (!toasts) throw new Error("useToasts needs a ToastProvider above it");
  return toasts;
}

/** At most this many are shown; more wait their turn. */
const SHOWN = 3;

/** Shows what `useToasts` says; stands once, near the root. */
export function ToastProvider({ children }: { children: ReactNode }) {
  const [queue, setQueue] = useState<Saying[]>([]);
  const count = useRef(0);
  const say = useCallback((toast: Toast) => {
    count.current += 1;
    const id = count.current;
    setQueue((before) => [...before, { id, toast }]);
  }, []);
  const dismiss = useCallback((id: number) => setQueue((before) => before.filter((saying) => saying.id !== id)), []);
  const toasts = useMemo(() => ({ say }), [say]);
  return (
    <ToastContext value={toasts}>
      {children}
      <Guarded>
        <Suspense>
          <ToastStack sayings={queue.slice(0, SHOWN)} onDismiss={dismiss} onSay={say} />
        </Suspense>
      </Guarded>
    </ToastContext>
  );
}
