import { useEffect, useState } from "react";
import { Field } from "../../design/field.tsx";
import { Select } from "../../design/select.tsx";
import { applyDensity, applyTheme, type Density, themes } from "../../design/themes.ts";
import { ButtonSection } from "./button-section.tsx";
import { ChoiceSection } from "./choice-section.tsx";
import { ColourSection } from "./colour-section.tsx";
import { FieldSection } from "./field-section.tsx";
import { OverlaySection } from "./overlay-section.tsx";
import { SmallSection } from "./small-section.tsx";
import { StateSection } from "./state-section.tsx";
import { TableSection } from "./table-section.tsx";

/**
 * Every part of the design in every state, for those who build screens. It exists in development builds only, so its
 * texts are not in the catalogues.
 */
export function KitScreen() {
  const [theme, setTheme] = useState("system");
  const [density, setDensity] = useState<Density>("comfortable");
  useEffect(() => applyTheme(theme), [theme]);
  useEffect(() => applyDensity(density), [density]);

  return (
    <div className="mx-auto max-w-6xl space-y-gap p-4 md:p-8">
      <header className="flex flex-wrap items-end justify-between gap-4">
        <h1 className="text-2xl font-semibold tracking-tight">Kit</h1>
        <div className="flex flex-wrap gap-4">
          <Field label="Theme" id="kit-theme">
            <Select value={theme} onChange={setTheme} options={themes.map(({ id }) => ({ value: id, label: id }))} />
          </Field>
          <Field label="Density" id="kit-density">
            <Select
              value={density}
              onChange={setDensity}
              options={[
                { value: "comfortable", label: "Comfortable" },
                { value: "compact", label: "Compact" },
              ]}
            />
          </Field>
        </div>
      </header>
      <ColourSection />
      <ButtonSection />
      <SmallSection />
      <FieldSection />
      <ChoiceSection />
      <StateSection />
      <OverlaySection />
      <TableSection />
    </div>
  );
}
