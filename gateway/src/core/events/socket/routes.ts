import { socket as contract } from "@nekzus/contract";
import { Problem } from "../../../kit/problem.ts";
import { type Binding, bind } from "../../http/binding.ts";
import type { EventSocket } from "./event-socket.ts";

/** Binds the event socket and what an administrator sees of it (10 §6, §10). */
export function socketRoutes(socket: EventSocket): Binding[] {
  return [
    {
      ...bind(contract.eventSocket, () => {
        throw new Problem("UPGRADE_REQUIRED");
      }),
      upgrade: (upgrade) => socket.accept(upgrade),
    },
    bind(contract.socketClients, () => {
      const { total, ofDevices } = socket.clients();
      return { body: { totalConnections: total, devices: ofDevices } };
    }),
    bind(contract.socketDisconnect, ({ params: { deviceId } }) => ({
      body: { deviceId, disconnectedCount: socket.disconnect(deviceId) },
    })),
  ];
}
