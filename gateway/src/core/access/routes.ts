import { auth } from "@nekzus/contract";
import { type Binding, bind } from "../http/binding.ts";
import type { HandOver } from "./hand-over.ts";
import type { Setup } from "./setup.ts";
import type { SignIn } from "./sign-in.ts";

/** Binds the endpoints of contract/src/endpoints/auth.ts. */
export function accessRoutes({
  setup,
  signIn,
  handOver,
}: {
  setup: Setup;
  signIn: SignIn;
  handOver: HandOver;
}): Binding[] {
  return [
    bind(auth.setupStatus, () => setup.status()),
    bind(
      auth.setup,
      (call) => setup.complete(call),
      () => setup.mustBeOpen(),
    ),
    bind(auth.login, (call) => signIn.login(call)),
    bind(auth.me, (call) => signIn.me(call)),
    bind(auth.logout, (call) => signIn.logout(call)),
    bind(auth.handOver, (call) => handOver.make(call)),
    bind(auth.enter, (call) => handOver.enter(call)),
  ];
}
