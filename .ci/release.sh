#!/usr/bin/env bash
# Builds and pushes the image of a tag: .ci/release.sh vVERSION IMAGE. Its name and digest go to GITHUB_OUTPUT, or are printed.
set -euo pipefail
cd "$(dirname "$0")/.."

fail() { echo "release.sh: $1" >&2; exit 2; }

[ $# = 2 ] || fail "name tag and image: .ci/release.sh v0.1.0 ghcr.io/OWNER/sluice"
version=$(sed -n 's|^  <version>\(.*\)</version>|\1|p' pom.xml)
[ "v$version" = "$1" ] || fail "tag $1 is not the pom's version $version: mvn versions:set -DgenerateBackupPoms=false -DnewVersion=${1#v}, newTag in runners/flink/kubernetes/base/kustomization.yaml, commit, tag that"
[[ $version != *-SNAPSHOT ]] || fail "$version is a snapshot: release a version"
[ -n "${FLINK_DIGEST:-}" ] || fail "FLINK_DIGEST is not set: docker buildx imagetools inspect flink:…-java17 shows it; set it as a variable of the repository"

runners/flink/image.sh --push "$2" >&2
digest=$(sed -n 's/.*"containerimage.digest": *"\([^"]*\)".*/\1/p' runners/flink/image/target/image.json)
[[ $digest =~ ^sha256:[0-9a-f]{64}$ ]] || fail "docker told no digest of $2 in runners/flink/image/target/image.json"
printf 'name=%s\ndigest=%s\n' "$2" "$digest" | tee -a "${GITHUB_OUTPUT:-/dev/null}"
