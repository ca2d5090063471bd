import { expect, test } from "vitest";
import { ownContainerId, sameContainer } from "./own-container.ts";

const id = "0123456789abcdef".repeat(4);
const none = { hostname: "", mountinfo: "", cgroup: "" };

test("the id is found in mounts, cgroup or host name, with Docker, podman and Kubernetes", () => {
  const docker = `612 590 254:1 /var/lib/docker/containers/${id}/hostname /etc/hostname rw,relatime - ext4 /dev/vda1 rw\n`;
  const podman = `612 590 0:25 /containers/overlay-containers/${id}/userdata/hosts /etc/hosts rw - tmpfs tmpfs rw\n`;
  expect(ownContainerId({ ...none, mountinfo: docker })).toBe(id);
  expect(ownContainerId({ ...none, mountinfo: podman })).toBe(id);
  expect(ownContainerId({ ...none, cgroup: `12:pids:/docker/${id}\n` })).toBe(id);
  expect(ownContainerId({ ...none, cgroup: `0::/system.slice/docker-${id}.scope\n` })).toBe(id);
  expect(ownContainerId({ ...none, hostname: id.slice(0, 12) })).toBe(id.slice(0, 12));
});

test("on a host nothing is taken for an id: not a name, not the mounts of other containers", () => {
  const shm = `99 30 0:50 / /var/lib/docker/containers/${id}/mounts/shm rw - tmpfs shm rw\n`;
  const other = `98 30 0:51 /var/lib/docker/containers/${id}/hostname /mnt/elsewhere rw - ext4 /dev/vda1 rw\n`;
  expect(ownContainerId({ hostname: "nekzus", mountinfo: shm + other, cgroup: "0::/user.slice\n" })).toBeUndefined();
});

test("twelve characters are enough to be the same container, fewer are not", () => {
  expect(sameContainer(id, id.slice(0, 12))).toBe(true);
  expect(sameContainer(id.slice(0, 12), id)).toBe(true);
  expect(sameContainer(id, id.slice(0, 4))).toBe(false);
  expect(sameContainer(id, "f".repeat(64))).toBe(false);
});
