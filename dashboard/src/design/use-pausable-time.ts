import { useEffect, useEffectEvent, useRef, useState } from "react";

/** How often the remaining time is looked at, in milliseconds. */
const STEP = 200;

/** Counts `length` milliseconds down to zero, not counting while `paused`, then calls `onEnd`. Returns what is left. */
export function usePausableTime({ length, paused, onEnd }: { length: number; paused: boolean; onEnd(): void }): number {
  const [left, setLeft] = useState(length);
  const rest = useRef(length);
  const end = useEffectEvent(onEnd);
  useEffect(() => {
    if (paused) return;
    let last = performance.now();
    const timer = setInterval(() => {
      const now = performance.now();
      rest.current -= now - last;
      last = now;
      setLeft(Math.max(rest.current, 0));
      if (rest.current > 0) return;
      clearInterval(timer);
      end();
    }, STEP);
    return () => clearInterval(timer);
  }, [paused]);
  return left;
}
