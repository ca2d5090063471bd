import { useEffect, useState } from "react";

/** The value once it has stayed the same for `ms`: what is typed is not asked for letter by letter. */
export function useSettled<Value extends string>(value: Value, ms = 400): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(setSettled, ms, value);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
}
