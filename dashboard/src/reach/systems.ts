/** The systems whose way to trust a certificate differs. `firefox`: on Linux, where it keeps a list of its own. */
export type SystemId = "ios" | "android" | "windows" | "macos" | "linux" | "firefox";

/**
 * The system a browser runs on, by what it says of itself: only to show its steps first. `touchPoints` tells an iPad
 * from a Mac, whose name it borrows.
 */
export function systemOf(userAgent: string, touchPoints: number): SystemId {
  if (/iPhone|iPad|iPod/.test(userAgent)) return "ios";
  if (/Macintosh/.test(userAgent)) return touchPoints > 1 ? "ios" : "macos";
  if (/Android/.test(userAgent)) return "android";
  if (/Windows/.test(userAgent)) return "windows";
  return /Firefox\//.test(userAgent) ? "firefox" : "linux";
}
