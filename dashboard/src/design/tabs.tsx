import { Tabs as Base } from "@base-ui/react/tabs";
import type { ReactNode } from "react";
import { Guarded } from "./panel.tsx";

type Tab<Value extends string> = { value: Value; label: ReactNode; content: ReactNode };

type TabsProps<Value extends string> = {
  /** What the tabs choose between, for assistive technology. */
  label: string;
  /** The screen keeps it in the address, so that a tab can be linked to. */
  value: Value;
  onChange(value: NoInfer<Value>): void;
  tabs: readonly Tab<Value>[];
};

/** Parts of one thing, of which one is shown. Arrow keys move, Enter or Space chooses. */
export function Tabs<Value extends string>({ label, value, onChange, tabs }: TabsProps<Value>) {
  return (
    <Base.Root value={value} onValueChange={(next: Value) => onChange(next)}>
      <Base.List aria-label={label} className="flex gap-1 overflow-x-auto border-b border-line">
        {tabs.map((tab) => (
          <Base.Tab
            key={tab.value}
            value={tab.value}
            className="-mb-px min-h-control shrink-0 border-b-2 border-transparent px-3 text-sm font-medium wrap-break-word text-muted -outline-offset-2 hover:text-text data-active:border-accent data-active:text-text"
          >
            {tab.label}
          </Base.Tab>
        ))}
      </Base.List>
      {tabs.map((tab) => (
        <Base.Panel key={tab.value} value={tab.value} className="pt-4">
          <Guarded>{tab.content}</Guarded>
        </Base.Panel>
      ))}
    </Base.Root>
  );
}
