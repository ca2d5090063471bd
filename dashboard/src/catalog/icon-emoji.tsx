import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { iconKind } from "../design/app-icon-kind.ts";
import { Field } from "../design/field.tsx";
import { TextInput } from "../design/text-input.tsx";

/** Offered because they stand for what people host at home. */
const OFFERED = [
  "🎬",
  "📺",
  "🎵",
  "📷",
  "📚",
  "📰",
  "🏠",
  "💡",
  "🌡️",
  "🔒",
  "📁",
  "☁️",
  "💬",
  "✉️",
  "📝",
  "🍳",
  "🎮",
  "📈",
  "🛠️",
  "🤖",
];

/** Chooses an emoji: one of those that are offered, or one that is typed. */
export function EmojiChoice({ value, onChange }: { value: string; onChange(emoji: string): void }) {
  const { t } = useLingui();
  const chosen = iconKind(value).kind === "emoji" ? value : "";
  const [typed, setTyped] = useState(chosen);
  const isWrong = typed.trim() !== "" && iconKind(typed).kind !== "emoji";

  function type(text: string): void {
    setTyped(text);
    const kind = iconKind(text);
    onChange(kind.kind === "emoji" ? kind.emoji : "");
  }

  return (
    <div className="space-y-3">
      <div className="flex flex-wrap gap-1">
        {OFFERED.map((emoji) => (
          <button
            key={emoji}
            type="button"
            aria-pressed={emoji === chosen}
            aria-label={t`Use ${emoji}`}
            onClick={() => type(emoji)}
            className="size-9 rounded-md border border-transparent text-lg leading-none hover:bg-hover aria-pressed:border-accent aria-pressed:bg-accent-soft pointer-coarse:size-11"
          >
            {emoji}
          </button>
        ))}
      </div>
      <Field
        label={<Trans>Another emoji</Trans>}
        error={isWrong && <Trans>Enter one emoji and nothing else.</Trans>}
        optional
      >
        <TextInput value={typed} onChange={type} className="max-w-28" autoComplete="off" />
      </Field>
    </div>
  );
}
