import { Trans, useLingui } from "@lingui/react/macro";
import { Upload } from "lucide-react";
import { useRef, useState } from "react";
import { Button } from "../design/button.tsx";
import { type ChosenPicture, type PictureFault, readPicture } from "./icon-picture.ts";

/** Chooses a picture from the person's own machine. */
export function PictureChoice({
  chosen,
  isThere,
  onChoose,
}: {
  chosen: ChosenPicture | undefined;
  /** The app has an uploaded picture, which stays. */
  isThere: boolean;
  onChoose(picture: ChosenPicture): void;
}) {
  const { t } = useLingui();
  const input = useRef<HTMLInputElement>(null);
  const [isReading, setIsReading] = useState(false);
  const [fault, setFault] = useState<PictureFault>();

  async function take(file: File | undefined): Promise<void> {
    if (!file) return;
    setIsReading(true);
    const read = await readPicture(file);
    setIsReading(false);
    setFault(typeof read === "string" ? read : undefined);
    if (typeof read === "string") return;
    if (chosen) URL.revokeObjectURL(chosen.address);
    onChoose(read);
  }

  return (
    <div className="space-y-2">
      <input
        ref={input}
        type="file"
        accept="image/png,image/jpeg,image/gif,image/webp,image/x-icon,image/svg+xml,.ico"
        tabIndex={-1}
        aria-hidden
        className="hidden"
        onChange={(event) => {
          void take(event.target.files?.[0]);
          // The same file can be chosen again.
          event.target.value = "";
        }}
      />
      <Button icon={<Upload />} pending={isReading} onClick={() => input.current?.click()}>
        {chosen || isThere ? <Trans>Choose another picture</Trans> : <Trans>Choose a picture</Trans>}
      </Button>
      <p className="text-sm text-muted">
        {chosen?.name ?? <Trans>PNG, JPEG, GIF, WebP, ICO or SVG. Square looks best.</Trans>}
      </p>
      <p role="status" className={fault ? "text-sm font-medium text-bad" : "sr-only"}>
        {fault === "no-image" && t`This file is not a picture that can be shown.`}
        {fault === "too-large" && t`This picture is too large: choose one of at most 400 kB.`}
      </p>
    </div>
  );
}
