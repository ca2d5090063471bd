/** The largest picture that the gateway keeps, in bytes (contract, `icons.put`). */
const LARGEST_BYTES = 400_000;
/** Larger pictures of a camera or a scan are not worth the memory they take to be made smaller. */
const READABLE_BYTES = 20_000_000;
/** The side of a picture that had to be made smaller, in pixels. */
const SMALLER_SIDE = 256;

/** A picture that somebody chose for an app and that is not with the gateway yet. */
export type ChosenPicture = {
  /** Its bytes as the gateway takes them. */
  base64: string;
  /** Shows it (`blob:`); valid until another one is chosen. */
  address: string;
  /** The name of the file. */
  name: string;
};

/** Why a file cannot become an icon. */
export type PictureFault = "no-image" | "too-large";

/**
 * Reads a file as an app's picture. One that is too large for the gateway is made smaller where the browser can draw it.
 */
export async function readPicture(file: File): Promise<ChosenPicture | PictureFault> {
  if (file.size > READABLE_BYTES) return "too-large";
  const small = file.size <= LARGEST_BYTES ? file : await smaller(file);
  if (!small) return file.type.startsWith("image/") ? "too-large" : "no-image";
  const address = URL.createObjectURL(small);
  if (!(await isShown(address))) {
    URL.revokeObjectURL(address);
    return "no-image";
  }
  return { base64: await base64Of(small), address, name: file.name };
}

async function smaller(file: File): Promise<Blob | undefined> {
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, SMALLER_SIDE / Math.max(picture.width, picture.height));
    const canvas = new OffscreenCanvas(
      Math.max(1, Math.round(picture.width * scale)),
      Math.max(1, Math.round(picture.height * scale)),
    );
    canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const drawn = await canvas.convertToBlob({ type: "image/png" });
    return drawn.size <= LARGEST_BYTES ? drawn : undefined;
  } catch {
    return undefined;
  }
}

function isShown(address: string): Promise<boolean> {
  return new Promise((done) => {
    const image = new Image();
    image.onload = () => done(true);
    image.onerror = () => done(false);
    image.src = address;
  });
}

function base64Of(file: Blob): Promise<string> {
  return new Promise((done, fail) => {
    const reader = new FileReader();
    reader.onload = () => done(String(reader.result).replace(/^[^,]*,/, ""));
    reader.onerror = () => fail(reader.error);
    reader.readAsDataURL(file);
  });
}
