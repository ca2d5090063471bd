import { useLingui } from "@lingui/react/macro";
import { useCallback, useState } from "react";
import type { FormError } from "../../design/form-errors.tsx";
import { usePerson } from "../../shell/person.tsx";
import { FAULT_TEXTS } from "./fault-texts.ts";
import type { Fault, Faults, FormField } from "./route-faults.ts";
import { idOf, LABELS } from "./route-labels.ts";
import type { RouteValues } from "./route-values.ts";

/** A route while it is edited: what stands in the form, and what is wrong with it. */
export type RouteForm = {
  values: RouteValues;
  /** Changes some entries; what was wrong with them is forgotten. */
  change(change: Partial<RouteValues>): void;
  /** What is wrong with an entry, in words. */
  faultOf(field: FormField): string | undefined;
  /** The faults of the last attempt to save, for the summary above the form. */
  errors: readonly FormError[];
  /** Shows what was wrong with an attempt to save; `rest` belongs to no entry. */
  refuse(faults: Faults, rest?: readonly string[]): void;
  /** May the person change who opens the app, and what it is told about them (ruling R30)? */
  mayOpenUp: boolean;
};

/** The form of a route with these entries. */
export function useRouteForm(initial: RouteValues): RouteForm {
  const { i18n } = useLingui();
  const mayOpenUp = usePerson().may("access:admin");
  const [values, setValues] = useState(initial);
  const [faults, setFaults] = useState<Faults>({});
  const [errors, setErrors] = useState<readonly FormError[]>([]);

  const change = useCallback((changed: Partial<RouteValues>) => {
    setValues((before) => ({ ...before, ...changed }));
    setFaults((before) => without(before, Object.keys(changed) as FormField[]));
  }, []);

  const inWords = (fault: Fault) => (typeof fault === "string" ? i18n._(FAULT_TEXTS[fault]) : fault.said);

  return {
    values,
    change,
    faultOf(field) {
      const fault = faults[field];
      return fault && inWords(fault);
    },
    errors,
    refuse(found, rest = []) {
      setFaults(found);
      const atFields = (Object.keys(LABELS) as FormField[]).flatMap((field) => {
        const fault = found[field];
        return fault ? [{ id: idOf(field), text: `${i18n._(LABELS[field])}: ${inWords(fault)}` }] : [];
      });
      setErrors([...atFields, ...rest.map((text) => ({ text }))]);
    },
    mayOpenUp,
  };
}

function without(faults: Faults, fields: readonly FormField[]): Faults {
  if (!fields.some((field) => faults[field])) return faults;
  return Object.fromEntries(Object.entries(faults).filter(([field]) => !fields.includes(field as FormField)));
}
