import { Trans } from "@lingui/react/macro";
import { type ReactNode, useId } from "react";
import { Field } from "../design/field.tsx";
import { TextInput } from "../design/text-input.tsx";
import { TextLink } from "../design/text-link.tsx";
import type { App } from "./app.ts";
import type { RouteConflict } from "./route-places.ts";

/** The group of an app on Home, with those that are there already as suggestions. */
export function GroupField({
  value,
  onChange,
  apps,
  error,
  id,
}: {
  value: string;
  onChange(group: string): void;
  apps: readonly Pick<App, "group">[];
  error?: ReactNode;
  id?: string;
}) {
  const list = useId();
  const groups = [...new Set(apps.map(({ group }) => group?.trim() ?? ""))].filter(Boolean).sort();
  return (
    <Field
      label={<Trans>Group</Trans>}
      help={<Trans>Apps of one group stand together on Home.</Trans>}
      optional
      error={error}
      {...(id && { id })}
    >
      <TextInput value={value} onChange={onChange} list={list} autoComplete="off" maxLength={100} />
      <datalist id={list}>
        {groups.map((group) => (
          <option key={group} value={group} />
        ))}
      </datalist>
    </Field>
  );
}

/** Says which route has the path or host name, with a link to it. */
export function ConflictText({ conflict: { field, how, route } }: { conflict: RouteConflict }) {
  const link = (
    <TextLink to="/apps/routes/$routeId" params={{ routeId: route.routeId }}>
      {route.appName}
    </TextLink>
  );
  const path = <span className="font-mono">{route.pathBase}</span>;
  if (field === "subdomain") return <Trans>The route of {link} has this host name already.</Trans>;
  if (how === "same") return <Trans>The route of {link} has this path already.</Trans>;
  return (
    <Trans>
      This path overlaps {path} of {link}.
    </Trans>
  );
}
