import { z } from "zod";

/** A running container as the list of the engine shows it. */
export type ListedContainer = { id: string; name: string };

/** A container with everything that discovery asks about. */
export type Container = {
  /** 64 hexadecimal characters. */
  id: string;
  /** Without the leading slash. */
  name: string;
  /** The image as it was named at creation: `grafana/grafana:11`. */
  image: string;
  labels: ReadonlyMap<string, string>;
  /** `running`, `restarting`, `paused`, `exited` … */
  status: string;
  /** `bridge`, `host`, `none`, `container:<id>` or the name of a network. */
  networkMode: string;
  networks: readonly ContainerNetwork[];
  /** TCP ports that the image or the container declares, inside the container. */
  exposed: readonly number[];
  /** TCP ports that are published on the engine's host. */
  published: readonly PublishedPort[];
  /** May it do everything on the engine's machine? */
  privileged: boolean;
  /** Files and folders of the engine's machine that it uses. Volumes are no mounts of this kind. */
  mounts: readonly HostMount[];
};

/** A path of the engine's machine inside a container. */
export type HostMount = { source: string; readOnly: boolean };

/** The container's place in one network. Empty addresses are left out. */
export type ContainerNetwork = { name: string; address?: string; address6?: string; gateway?: string };

/** A port inside the container, and where the engine's host serves it. */
export type PublishedPort = { port: number; hostAddress: string; hostPort: number };

/** Something that happened to a container. */
export type ContainerEvent = { action: string; containerId: string };

const text = z.string().nullish();

const Listed = z.object({ Id: z.string(), Names: z.array(z.string()).nullish() });

const Inspected = z.object({
  Id: z.string(),
  Name: text,
  State: z.object({ Status: text, Running: z.boolean().nullish() }).nullish(),
  Config: z
    .object({
      Image: text,
      Labels: z.record(z.string(), z.string()).nullish(),
      ExposedPorts: z.record(z.string(), z.unknown()).nullish(),
    })
    .nullish(),
  HostConfig: z.object({ NetworkMode: text, Privileged: z.boolean().nullish() }).nullish(),
  Mounts: z.array(z.object({ Type: text, Source: text, RW: z.boolean().nullish() })).nullish(),
  NetworkSettings: z
    .object({
      Networks: z
        .record(z.string(), z.object({ IPAddress: text, GlobalIPv6Address: text, Gateway: text }).nullish())
        .nullish(),
      Ports: z.record(z.string(), z.array(z.object({ HostIp: text, HostPort: text })).nullish()).nullish(),
    })
    .nullish(),
});

const Event = z.object({
  Type: text,
  Action: text,
  Actor: z.object({ ID: text }).nullish(),
});

/** Reads the answer of `GET /containers/json`. Throws a ZodError when it is something else. */
export function parseList(answer: unknown): ListedContainer[] {
  return z
    .array(Listed)
    .parse(answer)
    .map((item) => ({ id: item.Id, name: plainName(item.Names?.[0]) }));
}

/** Reads the answer of `GET /containers/{id}/json`. Throws a ZodError when it is something else. */
export function parseContainer(answer: unknown): Container {
  const item = Inspected.parse(answer);
  const ports = item.NetworkSettings?.Ports ?? {};
  return {
    id: item.Id,
    name: plainName(item.Name),
    image: item.Config?.Image ?? "",
    labels: new Map(Object.entries(item.Config?.Labels ?? {})),
    status: item.State?.Status ?? (item.State?.Running ? "running" : "unknown"),
    networkMode: item.HostConfig?.NetworkMode ?? "",
    networks: Object.entries(item.NetworkSettings?.Networks ?? {}).map(([name, network]) => ({
      name,
      ...(network?.IPAddress ? { address: network.IPAddress } : {}),
      ...(network?.GlobalIPv6Address ? { address6: network.GlobalIPv6Address } : {}),
      ...(network?.Gateway ? { gateway: network.Gateway } : {}),
    })),
    exposed: tcpPorts([...Object.keys(item.Config?.ExposedPorts ?? {}), ...Object.keys(ports)]),
    published: Object.entries(ports).flatMap(([key, bindings]) =>
      tcpPorts([key]).flatMap((port) =>
        (bindings ?? []).flatMap((binding) => {
          const hostPort = portNumber(binding.HostPort ?? "");
          return hostPort ? [{ port, hostAddress: binding.HostIp ?? "", hostPort }] : [];
        }),
      ),
    ),
    privileged: item.HostConfig?.Privileged ?? false,
    mounts: (item.Mounts ?? []).flatMap(({ Type, Source, RW }) =>
      Type === "bind" && Source ? [{ source: Source, readOnly: RW === false }] : [],
    ),
  };
}

/** Reads one line of the event stream; undefined when it does not speak about a container. */
export function parseEvent(line: string): ContainerEvent | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  const event = Event.safeParse(value);
  if (!event.success || event.data.Type !== "container") return undefined;
  return { action: event.data.Action ?? "", containerId: event.data.Actor?.ID ?? "" };
}

function plainName(name: string | null | undefined): string {
  return (name ?? "").replace(/^\//, "");
}

/** `80/tcp` and `80` are TCP; `53/udp` is not. Sorted, each once. */
function tcpPorts(keys: readonly string[]): number[] {
  const found = new Set<number>();
  for (const key of keys) {
    const [number = "", protocol = "tcp"] = key.split("/");
    const port = protocol === "tcp" ? portNumber(number) : undefined;
    if (port) found.add(port);
  }
  return [...found].sort((a, b) => a - b);
}

function portNumber(text: string): number | undefined {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 65535 ? port : undefined;
}
