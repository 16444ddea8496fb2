#!/usr/bin/env bash
# Runs a verb once, as a Job in the cluster: with image, service account and flags of the CronJob of compaction, which say where things are.
#   runners/flink/kubernetes/one-off.sh replay --fix=fix.yaml --dry-run
#   runners/flink/kubernetes/one-off.sh rebuild --date=2026-01-31 --from=kafka
# A file that is here goes along: the value of --fix, or of --contract in place of the cluster's. Prints what the verb prints; exit status is the
# verb's. Interrupted, it leaves the Job running. NAMESPACE is the Jobs' (default sluice). Needs kubectl and jq.
set -euo pipefail
namespace=${NAMESPACE:-sluice}

say() { echo "one-off.sh: $*" >&2; }
if [ $# -eq 0 ] || [[ $1 == -* ]]; then
  say "name a verb, as: one-off.sh replay --dry-run"
  exit 2
fi
for tool in kubectl jq; do command -v "$tool" >/dev/null || { say "$tool is not installed"; exit 2; }; done
for argument in "$@"; do
  [[ $argument =~ ^--(fix|contract)$ ]] && { say "write $argument=FILE, in one word"; exit 2; }
done

# Files travel in the pod's annotations: no ConfigMap is left behind. The API server takes 256 KiB of them.
words=[]
files={}
for argument in "$@"; do
  if [[ $argument =~ ^--(fix|contract)=(.*)$ ]]; then
    flag=${BASH_REMATCH[1]} file=${BASH_REMATCH[2]}
    [ -f "$file" ] || { say "$file is no file: --$flag names one on this machine"; exit 2; }
    [ "$(wc -c <"$file")" -le 200000 ] || { say "$file is too large: at most 200000 bytes"; exit 2; }
    files=$(jq -n --argjson files "$files" --arg name "$flag.yaml" --rawfile text "$file" '$files + {($name): $text}')
    argument=--$flag=/etc/sluice/one-off/$flag.yaml
  fi
  words=$(jq -n --argjson words "$words" --arg word "$argument" '$words + [$word]')
done

cronjob=$(kubectl -n "$namespace" get cronjob sluice-compact -o json) || exit 2
job=$(jq --argjson files "$files" --argjson words "$words" '
  .spec.jobTemplate.spec as $spec
  | ($spec.template.spec.containers[0].args | map(startswith("--contract=")) | index(true)) as $from
  | {
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: {generateName: "sluice-\($words[0])-"},
      spec: ($spec + {backoffLimit: 0, ttlSecondsAfterFinished: 604800} | del(.activeDeadlineSeconds, .podFailurePolicy)),
    }
  | .spec.template.metadata.labels["app.kubernetes.io/component"] = "one-off"
  | .spec.template.spec.containers[0].args = $words + (
      $spec.template.spec.containers[0].args[$from:]
      | map(select((split("=")[0] + "=") as $flag | $words | any(startswith($flag)) | not))
    )
  | if $files == {} then . else
      .spec.template.metadata.annotations += ($files | with_entries(.key |= "one-off.sluice/\(.)"))
      | (.spec.template.spec.volumes[] | select(.name == "sluice")).projected.sources += [{
          downwardAPI: {items: [$files | keys[] | {path: "one-off/\(.)", fieldRef: {fieldPath: "metadata.annotations['\''one-off.sluice/\(.)'\'']"}}]},
        }]
    end
' <<<"$cronjob" | kubectl -n "$namespace" create -f - -o name)
name=${job#*/}
say "$job, whose log is: kubectl -n $namespace logs $job"

pod=
until [ -n "$pod" ]; do
  sleep 1
  pod=$(kubectl -n "$namespace" get pods --selector="job-name=$name" -o 'jsonpath={.items[*].metadata.name}')
done
ended='jsonpath={.status.containerStatuses[0].state.terminated.exitCode}'
started='jsonpath={.status.containerStatuses[0].state.running.startedAt}'
until [ -n "$(kubectl -n "$namespace" get pod "$pod" -o "$started")$(kubectl -n "$namespace" get pod "$pod" -o "$ended")" ]; do
  waiting=$(kubectl -n "$namespace" get pod "$pod" -o 'jsonpath={.status.containerStatuses[0].state.waiting.reason}')
  case $waiting in
    ErrImagePull | ImagePullBackOff | InvalidImageName | CreateContainerConfigError)
      say "the pod does not start: $waiting; kubectl -n $namespace describe pod $pod"
      exit 1
      ;;
  esac
  sleep 2
done
kubectl -n "$namespace" logs --follow "$pod"
status=
until [ -n "$status" ]; do
  status=$(kubectl -n "$namespace" get pod "$pod" -o "$ended")
  [ -n "$status" ] || sleep 1
done
exit "$status"
