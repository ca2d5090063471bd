import { useLingui } from "@lingui/react/macro";
import { ArrowLeft, ArrowRight, Eye, EyeOff, Star, StarOff } from "lucide-react";
import { useEffect, useRef } from "react";
import type { App } from "../../catalog/app.ts";
import { IconButton } from "../../design/icon-button.tsx";
import { usePreferences } from "../../shell/preferences.tsx";
import { type HomeSection, moved, toggled } from "./home-model.ts";

type Action = "favourite" | "forward" | "back" | "hide";

/** What was pressed last, until the app stands in its new place: there its button has the focus again. */
let pressed: { appId: string; action: Action } | undefined;

/** What can be done with an app while Home is being arranged. Each press is kept at once. */
export function ArrangeButtons({ app, section }: { app: App; section: HomeSection }) {
  const { t } = useLingui();
  const { preferences, change } = usePreferences();
  const { favourites, hidden, order } = preferences.home;
  const siblings = section.apps.map(({ id }) => id);
  const at = siblings.indexOf(app.id);
  const isFavourite = favourites.includes(app.id);
  const isHidden = hidden.includes(app.id);
  const buttons = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (pressed?.appId !== app.id) return;
    const { action } = pressed;
    pressed = undefined;
    const { activeElement } = document;
    if (activeElement !== document.body && !activeElement?.matches(":disabled")) return;
    const same = buttons.current?.querySelector<HTMLElement>(`[data-action=${action}]:enabled`);
    (same ?? buttons.current?.querySelector<HTMLElement>("button:enabled"))?.focus();
  });

  function press(action: Action, home: Partial<typeof preferences.home>): void {
    pressed = { appId: app.id, action };
    void change({ home });
  }

  function move(action: Action, by: -1 | 1): void {
    if (isFavourite) press(action, { favourites: moved(favourites, siblings, app.id, by) });
    else press(action, { order: moved(order, siblings, app.id, by) });
  }

  return (
    <div ref={buttons} className="contents">
      {!isHidden && (
        <>
          <IconButton
            data-action="favourite"
            label={isFavourite ? t`Take ${app.name} from the favourites` : t`Make ${app.name} a favourite`}
            icon={isFavourite ? <StarOff /> : <Star />}
            onClick={() => press("favourite", { favourites: toggled(favourites, app.id) })}
          />
          <IconButton
            data-action="forward"
            label={t`Move ${app.name} forward`}
            icon={<ArrowLeft />}
            disabled={at === 0}
            onClick={() => move("forward", -1)}
          />
          <IconButton
            data-action="back"
            label={t`Move ${app.name} back`}
            icon={<ArrowRight />}
            disabled={at === siblings.length - 1}
            onClick={() => move("back", 1)}
          />
        </>
      )}
      <IconButton
        data-action="hide"
        label={isHidden ? t`Show ${app.name} on Home` : t`Hide ${app.name} from Home`}
        icon={isHidden ? <Eye /> : <EyeOff />}
        onClick={() => press("hide", { hidden: toggled(hidden, app.id) })}
      />
    </div>
  );
}
