import { useState } from "react";
import { Button } from "../../design/button.tsx";
import { Field } from "../../design/field.tsx";
import { type FormError, FormErrors } from "../../design/form-errors.tsx";
import { ListInput } from "../../design/list-input.tsx";
import { NumberInput } from "../../design/number-input.tsx";
import { Panel } from "../../design/panel.tsx";
import { SearchInput } from "../../design/search-input.tsx";
import { SecretInput } from "../../design/secret-input.tsx";
import { Select } from "../../design/select.tsx";
import { TextArea } from "../../design/text-area.tsx";
import { TextInput } from "../../design/text-input.tsx";

/** Everything one can type in. */
export function FieldSection() {
  const [name, setName] = useState("Grafana");
  const [upstream, setUpstream] = useState("192.168.1.20");
  const [secret, setSecret] = useState("correct horse");
  const [seconds, setSeconds] = useState<number | undefined>(30);
  const [text, setText] = useState("");
  const [kind, setKind] = useState("prefix");
  const [words, setWords] = useState("");
  const [scopes, setScopes] = useState(["access:grafana", "read:catalog"]);
  const [errors, setErrors] = useState<FormError[]>([]);
  return (
    <Panel title="Fields">
      <form
        noValidate
        className="space-y-5"
        onSubmit={(event) => {
          event.preventDefault();
          setErrors([
            { id: "kit-upstream", text: "The address of the app needs http:// or https:// in front" },
            { text: "The gateway could not reach it" },
          ]);
        }}
      >
        <FormErrors errors={errors} />
        <SearchInput label="Search apps" value={words} onChange={setWords} className="max-w-sm" />
        <div className="grid gap-5 md:grid-cols-2">
          <Field label="Name" help="Shown on the tile and in the list.">
            <TextInput value={name} onChange={setName} />
          </Field>
          <Field
            label="Address of the app"
            id="kit-upstream"
            error="Begin with http:// or https://, such as http://192.168.1.20:3000"
          >
            <TextInput mono value={upstream} onChange={setUpstream} />
          </Field>
          <Field label="Password">
            <SecretInput autoComplete="off" value={secret} onChange={setSecret} />
          </Field>
          <Field label="Idle limit" optional>
            <NumberInput min={1} value={seconds} onChange={setSeconds} unit="seconds" />
          </Field>
          <Field label="Kind">
            <Select
              value={kind}
              onChange={setKind}
              options={[
                { value: "prefix", label: "Path prefix", group: "On this address" },
                { value: "host", label: "Host name", group: "On its own" },
                { value: "none", label: "Not available", group: "On its own", disabled: true },
              ]}
            />
          </Field>
          <Field label="Fixed by the file" help="Change it in the configuration file.">
            <TextInput readOnly value="https://home.example.org" onChange={() => undefined} />
          </Field>
          <Field label="Remark" optional>
            <TextArea value={text} onChange={setText} placeholder="Who set it up, and why" />
          </Field>
          <Field label="Scopes" help="Enter adds one; Backspace takes the last away.">
            <ListInput
              entry="scope"
              values={scopes}
              onChange={setScopes}
              placeholder="read:events"
              suggestions={["read:events", "write:*"]}
              check={(scope) => (scope.includes(":") ? undefined : `"${scope}" needs a colon, such as read:events`)}
            />
          </Field>
        </div>
        <div className="flex gap-2">
          <Button rank="primary" type="submit">
            Save with faults
          </Button>
          <Button onClick={() => setErrors([])}>Clear the faults</Button>
        </div>
      </form>
    </Panel>
  );
}
