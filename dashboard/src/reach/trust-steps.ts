import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { SystemId } from "./systems.ts";

/** What to do on a system; `command` is for its terminal. */
type System = { id: SystemId; name: MessageDescriptor; steps: readonly Step[] };
type Step = { text: MessageDescriptor; command?: string };

/** How each system is told to trust the gateway's authority (docs/certificates.md has the same, for reading ahead). */
export const SYSTEMS: readonly System[] = [
  {
    id: "ios",
    name: msg`iPhone or iPad`,
    steps: [
      { text: msg`Open this page in Safari, download the certificate and allow the profile.` },
      { text: msg`Open the Settings app, press “Profile Downloaded” near the top, then “Install”.` },
      {
        text: msg`In Settings, open General → About → Certificate Trust Settings and switch on the certificate that begins with “Nekzus local authority”.`,
      },
    ],
  },
  {
    id: "android",
    name: msg`Android`,
    steps: [
      {
        text: msg`Download the certificate. If the browser opens it, cancel: Android takes it from the settings only.`,
      },
      {
        text: msg`Open Settings and search for “CA certificate”. It is often under Security → Encryption & credentials → Install a certificate.`,
      },
      { text: msg`Choose “CA certificate”, confirm the warning, and pick the downloaded file.` },
    ],
  },
  {
    id: "windows",
    name: msg`Windows`,
    steps: [
      { text: msg`Download the certificate, open the file and press “Install Certificate”.` },
      { text: msg`Choose “Current User”, then “Place all certificates in the following store”.` },
      { text: msg`Browse to “Trusted Root Certification Authorities”, finish, and confirm the question.` },
    ],
  },
  {
    id: "macos",
    name: msg`Mac`,
    steps: [
      { text: msg`Download the certificate and open the file: Keychain Access takes it.` },
      { text: msg`Find “Nekzus local authority” in Keychain Access and open it with a double click.` },
      { text: msg`Unfold “Trust”, choose “Always Trust”, close the window and enter your password.` },
    ],
  },
  {
    id: "linux",
    name: msg`Linux, with Chrome or Chromium`,
    steps: [
      { text: msg`Download the certificate.` },
      { text: msg`In the browser, open Settings → Privacy and security → Security → Manage certificates.` },
      { text: msg`Import the file as a trusted certificate of an authority.` },
      {
        text: msg`Programs such as curl ask the system. On Debian and Ubuntu these two commands tell it:`,
        command: "sudo cp nekzus-authority-*.crt /usr/local/share/ca-certificates/\nsudo update-ca-certificates",
      },
    ],
  },
  {
    id: "firefox",
    name: msg`Firefox on Linux`,
    steps: [
      { text: msg`Download the certificate.` },
      { text: msg`In Firefox, open Settings → Privacy & Security → View Certificates → Authorities.` },
      { text: msg`Press “Import”, choose the file, and tick that it may identify websites.` },
    ],
  },
];
