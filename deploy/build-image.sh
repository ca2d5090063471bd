#!/bin/sh
# deploy/build-image.sh [BASE_TAG [IMAGE_TAG]]: builds the container image from this checkout. Needs `npm ci` and Docker.
set -eu
base=${1:-debian:13-slim}
image=${2:-nekzus:latest}
here=$(cd "$(dirname "$0")" && pwd)
context=$(mktemp -d)
trap 'rm -rf "$context"' EXIT
"$here/../node_modules/.bin/node" "$here/../tools/image.ts" "$context"
docker build --build-arg "BASE=$base" -t "$image" -f "$here/Dockerfile" "$context"
