import { AppIcon } from "../design/app-icon.tsx";
import { type App, NO_ICON } from "./app.ts";
import { useAppPicture } from "./use-app-picture.ts";

/** An app's icon with the picture that the gateway has for it. */
export function AppPicture({
  app,
  size,
}: {
  app: Pick<App, "id" | "name" | "icon" | "iconVersion">;
  size?: "small" | "medium" | "large";
}) {
  const picture = useAppPicture(app);
  return (
    <AppIcon
      id={app.id}
      name={app.name}
      {...(app.icon && app.icon !== NO_ICON && { icon: app.icon })}
      {...(picture && { picture })}
      {...(size && { size })}
    />
  );
}
