#!/usr/bin/env bash
# Workflows, Dockerfile and scripts, by parsers that are not ours. Needs node and npm; without them it says that it was skipped,
# and fails where SLUICE_TOOLS=required.
set -euo pipefail
cd "$(dirname "$0")/.."
for script in sluice .ci/run .ci/*.sh runners/flink/image.sh runners/flink/image/bin/sluice runners/flink/kubernetes/*.sh runners/flink/kubernetes/e2e/*.sh runners/flink/monitoring/prometheus-rule.sh; do bash -n "$script"; done
skip() {
  echo "workflows.sh: skipped, for $1" >&2
  [ "${SLUICE_TOOLS:-}" != required ] || { echo "workflows.sh: but SLUICE_TOOLS=required" >&2; exit 1; }
  exit 0
}
for tool in node npm; do
  command -v $tool > /dev/null || skip "$tool is not on the PATH: install Node.js 20 or later"
done
[ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ] || skip "node is $(node --version): install Node.js 20 or later"
# Elsewhere than beside the sources: the launcher looks for what is new there.
modules=$(mktemp -d)
trap 'rm -rf "$modules"' EXIT
cp -r .ci/workflows/. "$modules"
npm ci --prefix "$modules" --silent --no-audit --no-fund --ignore-scripts \
  || skip "npm cannot fetch the parsers that .ci/workflows/package-lock.json names: is the network there?"
node "$modules/check.mjs" "$PWD"
