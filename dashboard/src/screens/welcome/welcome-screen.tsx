import { Trans, useLingui } from "@lingui/react/macro";
import { useEffect, useRef } from "react";
import { Button } from "../../design/button.tsx";
import { ButtonLink } from "../../design/button-link.tsx";
import { Guarded } from "../../design/panel.tsx";
import { Empty } from "../../design/states.tsx";
import { Steps } from "../../design/steps.tsx";
import { usePerson } from "../../shell/person.tsx";
import { usePreferences } from "../../shell/preferences.tsx";
import { Screen } from "../../shell/screen.tsx";
import { useAddressState } from "../../shell/use-address-state.ts";
import { AddressesStep } from "./addresses-step.tsx";
import { AppsStep } from "./apps-step.tsx";
import { CertificateStep } from "./certificate-step.tsx";
import { DiscoveryStep } from "./discovery-step.tsx";
import { DoneStep } from "./done-step.tsx";
import { StepFooter } from "./step-footer.tsx";
import { STEP_IDS, type StepId, skippedAfter, stepBeside, stepOf } from "./steps-model.ts";

/** The first steps with a new gateway. Each can be skipped, taken up later, and gone back to. */
export function WelcomeScreen() {
  const { t } = useLingui();
  const person = usePerson();
  if (person.may("write:*")) return <Wizard />;
  return (
    <Screen title={t`First steps`}>
      <Empty
        title={t`The first steps are for administrators`}
        action={
          <ButtonLink to="/" rank="primary">
            <Trans>Go to Home</Trans>
          </ButtonLink>
        }
      >
        <Trans>The apps that you may open are on Home.</Trans>
      </Empty>
    </Screen>
  );
}

function Wizard() {
  const { t } = useLingui();
  const [address, setAddress] = useAddressState("step");
  const { preferences, change } = usePreferences();
  const { skipped } = preferences.setup;
  const step = stepOf(address);
  const heading = useRef<HTMLHeadingElement>(null);
  const shown = useRef(step);

  const names: Record<StepId, string> = {
    addresses: t`Addresses`,
    certificate: t`Certificate`,
    discovery: t`Services`,
    apps: t`First apps`,
    done: t`Done`,
  };
  const titles: Record<StepId, string> = {
    addresses: t`How you reach this gateway`,
    certificate: t`A certificate that your devices trust`,
    discovery: t`What was found`,
    apps: t`Pick your first apps`,
    done: t`The gateway is ready`,
  };
  const title = titles[step];

  useEffect(() => {
    document.title = `${title} · Nekzus`;
    if (shown.current === step) return;
    shown.current = step;
    heading.current?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, [step, title]);

  function goOn(how: "done" | "skipped"): void {
    const next = stepBeside(step, 1);
    void change({ setup: { skipped: skippedAfter(skipped, step, how), ...(next === "done" && { finished: true }) } });
    setAddress(next, "step");
  }

  function back(): void {
    setAddress(stepBeside(step, -1), "step");
  }

  return (
    <Screen
      width="narrow"
      title={t`First steps`}
      actions={
        step !== "done" && (
          <ButtonLink to="/" rank="quiet">
            <Trans>Finish later</Trans>
          </ButtonLink>
        )
      }
    >
      <div>
        <Steps steps={[t`Account`, ...STEP_IDS.map((id) => names[id])]} current={STEP_IDS.indexOf(step) + 1} />
        <section
          aria-labelledby="step-title"
          className="mt-5 rounded-xl border border-line bg-surface p-4 shadow-sm sm:p-7"
        >
          <h2
            id="step-title"
            ref={heading}
            tabIndex={-1}
            className="mb-4 text-xl font-semibold tracking-tight outline-none"
          >
            {title}
          </h2>
          <Guarded key={step}>
            {step === "addresses" && <AddressesStep />}
            {step === "certificate" && <CertificateStep />}
            {step === "discovery" && <DiscoveryStep />}
            {step === "apps" && <AppsStep onBack={back} onSkip={() => goOn("skipped")} onDone={() => goOn("done")} />}
            {step === "done" && <DoneStep skipped={skippedAfter(skipped, step, "done")} titles={titles} />}
          </Guarded>
          {/* The apps bring a button of their own. */}
          {step !== "apps" && (
            <StepFooter
              {...(step !== "addresses" && { onBack: back })}
              {...(step !== "done" && { onSkip: () => goOn("skipped") })}
            >
              {step === "done" ? (
                <ButtonLink to="/" rank="primary">
                  <Trans>Go to Home</Trans>
                </ButtonLink>
              ) : (
                <Button rank="primary" onClick={() => goOn("done")}>
                  <Trans>Continue</Trans>
                </Button>
              )}
            </StepFooter>
          )}
        </section>
      </div>
    </Screen>
  );
}
