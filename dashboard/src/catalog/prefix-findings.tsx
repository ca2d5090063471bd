import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { CircleAlert, CircleX, Info, type LucideIcon } from "lucide-react";
import { classes } from "../design/classes.ts";
import { Disclosure } from "../design/disclosure.tsx";
import type { PrefixFinding } from "./prefix-verdicts.ts";

const SEVERITIES: Record<PrefixFinding["severity"], { word: MessageDescriptor; icon: LucideIcon; look: string }> = {
  breaks: { word: msg`Breaks something`, icon: CircleX, look: "text-bad" },
  remark: { word: msg`May be felt`, icon: CircleAlert, look: "text-warn" },
  info: { word: msg`Good to know`, icon: Info, look: "text-muted" },
};

const CERTAINTIES: Record<PrefixFinding["certainty"], MessageDescriptor> = {
  certain: msg`certain`,
  likely: msg`likely`,
  possible: msg`possible`,
};

const COVERED: Record<PrefixFinding["coveredBy"], MessageDescriptor | undefined> = {
  "page-script": msg`kept in the prefix by the gateway's script`,
  "way-back": msg`led back by the gateway`,
  nothing: undefined,
};

/** What a check saw. What needs nothing done is folded away. Texts of the app are shown as text. */
export function PrefixFindings({ findings }: { findings: readonly PrefixFinding[] }) {
  const serious = findings.filter(({ severity }) => severity !== "info");
  const harmless = findings.filter(({ severity }) => severity === "info");
  return (
    <>
      {serious.length > 0 && <FindingList findings={serious} />}
      {harmless.length > 0 && (
        <Disclosure
          title={
            <Plural value={harmless.length} one="One more thing, good to know" other="# more things, good to know" />
          }
        >
          <FindingList findings={harmless} />
        </Disclosure>
      )}
    </>
  );
}

function FindingList({ findings }: { findings: readonly PrefixFinding[] }) {
  return (
    <ul className="space-y-3 text-sm">
      {findings.map((finding) => (
        <FindingItem key={`${finding.kind} ${finding.path} ${finding.text} ${finding.coveredBy}`} finding={finding} />
      ))}
    </ul>
  );
}

function FindingItem({ finding }: { finding: PrefixFinding }) {
  const { i18n } = useLingui();
  const { severity, path, line, message, certainty, coveredBy, text, count } = finding;
  const { word, icon: Icon, look } = SEVERITIES[severity] ?? SEVERITIES.info;
  const covered = COVERED[coveredBy];
  return (
    <li className="flex gap-2.5">
      <Icon aria-hidden className={classes("mt-0.5 size-4 shrink-0", look)} />
      <div className="min-w-0 flex-1">
        <p>
          <span className="sr-only">{i18n._(word)}: </span>
          {message}
        </p>
        {text && <p className="line-clamp-3 font-mono break-all">{text}</p>}
        <p className="break-all text-muted">
          {line === undefined ? path : `${path}:${line}`}
          {" · "}
          {CERTAINTIES[certainty] ? i18n._(CERTAINTIES[certainty]) : certainty}
          {covered && ` · ${i18n._(covered)}`}
          {count > 1 && (
            <>
              {" · "}
              <Trans>{count} times</Trans>
            </>
          )}
        </p>
      </div>
    </li>
  );
}
