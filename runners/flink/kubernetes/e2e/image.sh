#!/usr/bin/env bash
# Builds the end-to-end test's image, sluice-e2e:local, on Sluice's own, whose name is told: runners/flink/kubernetes/e2e/image.sh ghcr.io/sluice/sluice:0.1.0-SNAPSHOT
# What goes into it, the launcher's libraries and the declarations of topic and user, is in target/e2e then.
set -euo pipefail
cd "$(dirname "$0")/../../../.."
[ $# = 1 ] || { echo "image.sh: name the image to build on, which runners/flink/image.sh prints" >&2; exit 2; }

./sluice help >/dev/null # builds what is not built
folder=runners/flink/kubernetes/target/e2e
rm -rf "$folder"
mkdir -p "$folder/lib"
tr ':' '\n' <runners/benchmark/target/libraries.txt | xargs cp -t "$folder/lib"
cp -r runners/flink/kubernetes/overlays/local/kafka runners/flink/kubernetes/overlays/local/client.properties "$folder"
docker build --quiet --tag sluice-e2e:local --build-arg "SLUICE_IMAGE=$1" --file runners/flink/kubernetes/e2e/Dockerfile "$folder"
