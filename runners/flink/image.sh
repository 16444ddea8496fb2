#!/usr/bin/env bash
# Builds the image, here as in CI: runners/flink/image.sh [--push] NAME
# PLATFORMS=linux/amd64,linux/arm64 makes it for these; the default is this machine's. More than one takes `docker buildx create --use`, once.
# FLINK_DIGEST=sha256:… is that of the base image; without it the registry is asked for the tag's of today, which is printed.
set -euo pipefail
cd "$(dirname "$0")/../.."

fail() { echo "image.sh: $1" >&2; exit 2; }

push=
if [ "${1:-}" = --push ]; then push=yes; shift; fi
[ $# = 1 ] || fail "name the image: runners/flink/image.sh [--push] ghcr.io/OWNER/sluice"
command -v docker > /dev/null || fail "docker is not on the PATH: install it, with buildx"
docker buildx version > /dev/null 2>&1 || fail "docker has no buildx: install the plugin docker-buildx"

version=$(sed -n 's|^  <version>\(.*\)</version>|\1|p' pom.xml)
flink=$(sed -n 's/^ARG FLINK_VERSION=//p' runners/flink/Dockerfile)
base=flink:$flink-scala_2.12-java17
digest=${FLINK_DIGEST:-$(docker buildx imagetools inspect "$base" --format '{{.Manifest.Digest}}')} || fail "no digest of $base: give FLINK_DIGEST"
[[ $digest =~ ^sha256:[0-9a-f]{64}$ ]] || fail "FLINK_DIGEST is '$digest': give sha256: and 64 digits of the digest"
echo "base: $base@$digest" >&2

mvn -B -ntp -q -pl runners/flink/image -am -DskipTests -Dspotless.check.skip verify
output=(--load); [ -z "$push" ] || output=(--push)
[ -z "${PLATFORMS:-}" ] || output+=(--platform "$PLATFORMS")
tag=$1:$version
metadata=runners/flink/image/target/image.json
docker buildx build --file runners/flink/Dockerfile --tag "$tag" --metadata-file "$metadata" \
  --build-arg FLINK_DIGEST="$digest" \
  --build-arg VERSION="$version" \
  --build-arg REVISION="$(git rev-parse HEAD)" \
  --build-arg CREATED="$(git show -s --format=%cI HEAD)" \
  --build-arg SOURCE="${SOURCE:-$(git remote get-url origin 2> /dev/null || true)}" \
  --provenance=false "${output[@]}" runners/flink
echo "$tag"
