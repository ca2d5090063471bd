import { useLingui } from "@lingui/react/macro";
import { Eye, EyeOff } from "lucide-react";
import { useState } from "react";
import { IconButton } from "./icon-button.tsx";
import { TextInput, type TextInputProps } from "./text-input.tsx";

/** A password or token: hidden until the person asks to see it. Give `autoComplete` its proper value. */
export function SecretInput(props: Omit<TextInputProps, "type">) {
  const { t } = useLingui();
  const [shown, setShown] = useState(false);
  return (
    <span className="relative block">
      <TextInput
        spellCheck={false}
        autoCapitalize="off"
        {...props}
        type={shown ? "text" : "password"}
        className="pr-12"
      />
      <span className="absolute inset-y-0 right-0.5 flex items-center">
        <IconButton
          size="small"
          aria-pressed={shown}
          label={t`Show what is typed`}
          icon={shown ? <EyeOff /> : <Eye />}
          disabled={props.disabled}
          onClick={() => setShown(!shown)}
        />
      </span>
    </span>
  );
}
