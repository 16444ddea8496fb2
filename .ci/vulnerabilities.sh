#!/usr/bin/env bash
# Known vulnerabilities of what the image carries, as runners/flink/image/target/vulnerabilities/*.{html,json,sarif}.
# NVD's data is kept in ~/.cache/dependency-check and brought up to date first, which needs the network and, to be quick, NVD_API_KEY;
# --offline reports by what is there. Exit status 1 where one scores 7 or more and is not in runners/flink/image/suppressions.xml.
set -euo pipefail
cd "$(dirname "$0")/.."
data=$HOME/.cache/dependency-check
update=true
if [ "${1:-}" = --offline ]; then
  [ -n "$(ls "$data"/odc.mv.db 2> /dev/null)" ] || { echo "vulnerabilities.sh: no data in $data: run it once with the network" >&2; exit 2; }
  update=false
fi
mvn -B -ntp -Pvulnerabilities -pl runners/flink/image -am -DskipTests -Dspotless.check.skip \
  -DautoUpdate=$update -DdataDirectory="$data" verify
