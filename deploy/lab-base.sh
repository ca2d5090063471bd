#!/bin/sh
# deploy/lab-base.sh IMAGE_TAG: a base image out of this machine's own files, for tests where no image can be
# downloaded: the libraries that Node needs, certificates of authorities, a user, /tmp. It has no shell.
set -eu
image=${1:?say the tag: deploy/lab-base.sh IMAGE_TAG}
here=$(cd "$(dirname "$0")" && pwd)
node=$("$here/../node_modules/.bin/node" -p process.execPath)
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
mkdir -p "$root/etc/ssl/certs" "$root/tmp" "$root/proc" "$root/sys" "$root/dev"
chmod 755 "$root"
chmod 1777 "$root/tmp"
ldd "$node" | grep -oE '/[^ ]+' | sort -u | while read -r library; do
  mkdir -p "$root$(dirname "$library")"
  cp -L "$library" "$root$library"
done
# Loaded when a name is looked up, so that ldd does not list them.
directory=$(dirname "$(ldd "$node" | grep -oE '/[^ ]+/libc\.so\.6')")
for library in libnss_dns.so.2 libnss_files.so.2 libresolv.so.2; do
  [ ! -e "$directory/$library" ] || cp -L "$directory/$library" "$root$directory/$library"
done
[ ! -e /etc/ssl/certs/ca-certificates.crt ] || cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
printf 'root:x:0:0:root:/:/sbin/nologin\nnekzus:x:10001:10001:nekzus:/data:/sbin/nologin\n' >"$root/etc/passwd"
printf 'root:x:0:\nnekzus:x:10001:\n' >"$root/etc/group"
echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
tar -C "$root" -c . | docker import - "$image" >/dev/null
