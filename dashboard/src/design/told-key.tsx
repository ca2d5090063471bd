import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "./button.tsx";
import { Callout } from "./callout.tsx";
import { Value } from "./value.tsx";

/** A key that was just made. It cannot be shown a second time. */
export function ToldKey({ secret, onDone }: { secret: string; onDone(): void }) {
  const { t } = useLingui();
  return (
    <Callout
      tone="good"
      announce
      title={<Trans>Copy the key now: it is shown this once</Trans>}
      actions={
        <Button size="small" onClick={onDone}>
          <Trans>I have it</Trans>
        </Button>
      }
    >
      <Value what={t`key`} boxed>
        {secret}
      </Value>
    </Callout>
  );
}
