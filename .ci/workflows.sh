#!/usr/bin/env bash
# Workflows, Dockerfile and scripts, by parsers that are not ours. Needs node and npm; without them it says that it was skipped.
set -euo pipefail
cd "$(dirname "$0")/.."
for script in sluice .ci/run .ci/*.sh runners/flink/image.sh runners/flink/image/bin/sluice; do bash -n "$script"; done
for tool in node npm; do
  command -v $tool > /dev/null || { echo "workflows.sh: skipped, for $tool is not on the PATH: install Node.js 20 or later" >&2; exit 0; }
done
[ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ] \
  || { echo "workflows.sh: skipped, for node is $(node --version): install Node.js 20 or later" >&2; exit 0; }
# Elsewhere than beside the sources: the launcher looks for what is new there.
modules=$(mktemp -d)
trap 'rm -rf "$modules"' EXIT
cp -r .ci/workflows/. "$modules"
npm ci --prefix "$modules" --silent --no-audit --no-fund --ignore-scripts || {
  echo "workflows.sh: npm cannot fetch the parsers that .ci/workflows/package-lock.json names: is the network there?" >&2
  [ -z "${CI:-}" ] || exit 1
  echo "workflows.sh: skipped" >&2
  exit 0
}
node "$modules/check.mjs" "$PWD"
