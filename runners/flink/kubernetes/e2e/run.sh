#!/usr/bin/env bash
# Sluice in a real cluster, from the manifests: events come while JobManager and TaskManager are killed, the spec is changed, the job is deleted and
# applied again. After each, the audit's CronJob has to find every event that was sent, once.
#   KUBECONFIG=… runners/flink/kubernetes/e2e/run.sh
# Takes some twelve minutes; a line for each step, minutes and seconds before it. Exit status 1 where something is not as expected, which is said, with
# the last lines of the pods and of the operator's; 2 where it cannot start. It makes the namespaces sluice, kafka and minio, and removes them at its
# end; KEEP=true leaves them. Needs kubectl and jq; of the cluster the Flink operator, 2 cores and 6 GiB for pods to ask for, and two images: SLUICE_IMAGE
# (by default the manifests') and E2E_IMAGE (sluice-e2e:local, which image.sh builds). ../README.md has the commands from an empty kind on.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly NAMESPACES=(sluice kafka minio) HISTORY=100000 RATE=500 LOAD_SECONDS=45
# What ends each wait, in seconds: many times what it takes on a node that has nothing else to do. The audit ends its own before.
readonly LIMIT=900 AUDIT_WAIT=10m

say() { printf '%02d:%02d  %s\n' $((SECONDS / 60)) $((SECONDS % 60)) "$*"; }
fail() { say "FAILED: $*"; exit 1; }
refuse() { echo "run.sh: $*" >&2; exit 2; }

# await WHAT COMMAND…: until the command succeeds; what it prints is what was seen.
await() {
  local end=$((SECONDS + LIMIT)) what=$1 seen
  shift
  until seen=$("$@" 2>&1); do
    [ "$SECONDS" -lt "$end" ] || fail "expected $what within $LIMIT s; saw: ${seen:-nothing}"
    sleep 2
  done
}

# The questions that are awaited.
is_available() { # NAMESPACE, which has a deployment of this name
  kubectl -n "$1" wait --for=condition=Available "deployment/$1" --timeout=0s
}
is_running() { # the job, as its spec is now
  kubectl -n sluice get flinkdeployment sluice -o json | jq -r '
    if .status.jobStatus.state == "RUNNING" and .status.lifecycleState == "STABLE" and .status.observedGeneration == .metadata.generation then empty
    else ("\(.status | {job: .jobStatus.state, lifecycleState, observedGeneration, error}), generation \(.metadata.generation)" | halt_error(1)) end'
}
is_replaced() { # COMPONENT POD: another pod is ready
  local now
  now=$(pod "$1") && echo "$now" && [ "$now" != "$2" ] && kubectl -n sluice wait --for=condition=Ready "pod/$now" --timeout=0s
}
is_gone() { # the job, to its last pod
  local left
  left=$(kubectl -n sluice get flinkdeployment sluice --ignore-not-found -o name && kubectl -n sluice get pods --selector app=sluice -o name) &&
    echo "$left" && [ -z "$left" ]
}
is_sent() { # what the producer was told to
  ! kill -0 "$sender" 2>/dev/null || { echo "the producer still sends"; false; }
}
has_ended() { # JOB: prints how
  kubectl -n sluice get job "$1" -o json | jq -er '.status.conditions[]?.type | select(. == "Complete" or . == "Failed")'
}

# A component's pod that is not on its way out.
pod() {
  kubectl -n sluice get pods --selector "app=sluice,component=$1" -o json |
    jq -er '[.items[] | select(.metadata.deletionTimestamp == null)][0].metadata.name'
}

# send COUNT RATE: sends events in the background; delivered waits until the broker has all.
sent=0 rejected=0 sender=
send() {
  kubectl -n kafka exec deployment/kafka -- java -Xmx256m io.sluice.local.e2e.SendEvents \
    sluice-kafka-bootstrap.kafka.svc:9092 /opt/e2e/client.properties /opt/e2e/kafka $sent $((sent + $1)) "$2" >"$work/sent.json" &
  sender=$!
}
delivered() {
  local status=0
  await "the broker to take all events" is_sent
  wait "$sender" || status=$?
  sender=
  [ $status = 0 ] || fail "expected the broker to take all events; saw the producer end with $status"
  sent=$((sent + $(jq .sent "$work/sent.json")))
  rejected=$((rejected + $(jq .dead "$work/sent.json")))
  say "  $sent events are sent, $rejected of which the contract rejects"
}

# audit FLAG…: the CronJob's, as it is but for --wait and these flags.
audits=0
audit() {
  local job report seen expected ended
  audits=$((audits + 1))
  job=audit-$audits
  kubectl -n sluice create job --from=cronjob/sluice-audit $job --dry-run=client -o json |
    jq --arg flags "--wait=$AUDIT_WAIT $*" '.spec.template.spec.containers[0].args += ($flags | split(" ") | map(select(. != "")))' |
    kubectl -n sluice create -f - >/dev/null
  await "$job to end" has_ended $job
  ended=$(has_ended $job)
  report=$(kubectl -n sluice logs --selector job-name=$job --tail=-1 | grep '"passed":' | tail -n 1) || fail "expected a report of $job; saw none, and it is $ended"
  seen=$(jq -r '"offsets=\(.offsets) lake=\(.lake) dead=\(.dead) lost=\(.lost) duplicate=\(.duplicate) waiting=\(.waiting) gone=\(.gone) extra=\(.extra) damaged=\(.damaged | length)"' <<<"$report")
  expected="offsets=$sent lake=$((sent - rejected)) dead=$rejected lost=0 duplicate=0 waiting=0 gone=0 extra=0 damaged=0"
  [ "$seen" = "$expected" ] && [ "$ended" = Complete ] || fail "expected $job to be Complete with $expected; saw it $ended with $seen"
  say "  audit: $seen"
}

# under_load COMMAND…: does it while events come, before and after it, too; then all of them have to be there.
under_load() {
  send $((RATE * LOAD_SECONDS)) $RATE
  sleep 10
  "$@"
  await "the job to run again" is_running
  say "  the job runs"
  delivered
  audit
}

replaced() { # COMPONENT POD
  await "another $1 than $2 to be ready" is_replaced "$1" "$2"
  say "  $(pod "$1") is ready in place of $2"
}

kill_pod() { # COMPONENT
  local old seen
  old=$(pod "$1") || fail "expected a pod of the $1; saw none"
  seen=$(kubectl -n sluice delete pod "$old" --grace-period=0 --force 2>&1) || fail "expected $old to be killed; saw: $seen"
  replaced "$1" "$old"
}

change_spec() {
  local old change
  old=$(pod jobmanager) || fail "expected a pod of the jobmanager; saw none"
  change=$(kubectl -n sluice get flinkdeployment sluice -o json |
    jq -c '{spec: {job: {args: (.spec.job.args | map(if startswith("--windowSize=") then "--windowSize=30s" else . end))}}}')
  kubectl -n sluice patch flinkdeployment sluice --type=merge --patch "$change" >/dev/null
  replaced jobmanager "$old"
}

delete_and_apply() {
  kubectl -n sluice delete flinkdeployment sluice --wait=false >/dev/null
  await "the job and its pods to be gone" is_gone
  say "  the job is gone"
  kubectl apply -f "$work/manifests.yaml" >/dev/null
}

diagnose() {
  local namespace name
  kubectl -n sluice get flinkdeployment sluice -o json | jq -c '.status | {jobStatus, lifecycleState, jobManagerDeploymentStatus, error}'
  for namespace in "${NAMESPACES[@]}" flink-operator; do
    printf '\n--- namespace %s\n' "$namespace"
    kubectl -n "$namespace" get pods -o wide
    kubectl -n "$namespace" get events --field-selector type=Warning --sort-by=.lastTimestamp | tail -n 10
    for name in $(kubectl -n "$namespace" get pods -o name); do
      printf '\n--- %s %s, the last lines\n' "$namespace" "$name"
      kubectl -n "$namespace" logs "$name" --all-containers --tail=15 | cut -c1-600
    done
  done
}

remove() {
  # First the job, while its operator finds the accounts and roles that it needs.
  kubectl -n sluice delete flinkdeployment sluice --ignore-not-found --timeout="${LIMIT}s" >/dev/null
  kubectl delete -f "$work/manifests.yaml" --ignore-not-found --timeout="${LIMIT}s" >/dev/null
}

work=$(mktemp -d) applied=
finish() {
  local status=$?
  trap - EXIT
  set +e
  [ -z "$sender" ] || kill "$sender" 2>/dev/null
  [ $status = 0 ] || [ -z "$applied" ] || diagnose
  if [ -n "$applied" ] && [ "${KEEP:-}" = true ]; then
    say "kept: the namespaces ${NAMESPACES[*]}; kubectl delete -k runners/flink/kubernetes/overlays/e2e removes them"
  elif [ -n "$applied" ]; then
    if remove; then say "removed all that was applied"; else say "FAILED: expected to remove all that was applied"; status=1; fi
  fi
  rm -rf "$work"
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

for tool in kubectl jq; do command -v $tool >/dev/null || refuse "$tool is not on the PATH: install it"; done
kubectl get crd flinkdeployments.flink.apache.org >/dev/null || refuse "the cluster does not answer, or has no Flink operator: see KUBECONFIG, and install it"
for thing in "${NAMESPACES[@]/#/namespace/}" priorityclass/sluice; do
  [ -z "$(kubectl get "$thing" --ignore-not-found -o name)" ] || refuse "$thing is in the cluster, and would be removed at the end: take another cluster, or remove it"
done

kubectl kustomize overlays/e2e |
  sed -e "s|image: \(ghcr.io/sluice/sluice:.*\)|image: ${SLUICE_IMAGE:-\\1}|" -e "s|image: \(sluice-e2e:.*\)|image: ${E2E_IMAGE:-\\1}|" >"$work/manifests.yaml"

say "apply, in $(kubectl config current-context)"
applied=true
kubectl apply -f "$work/manifests.yaml" >/dev/null
await "the S3 server to be ready" is_available minio
await "the broker to be ready" is_available kafka
say "  broker and S3 server are ready"
await "the job to run" is_running
say "  the job runs"

say "send $HISTORY events of three days, as fast as they go"
send $HISTORY 0
delivered
audit

say "kill the JobManager, while $RATE events/s come"
under_load kill_pod jobmanager
say "kill the TaskManager, while $RATE events/s come"
under_load kill_pod taskmanager
say "change the spec, while $RATE events/s come"
under_load change_spec
say "delete the job and apply it again, while $RATE events/s come"
under_load delete_and_apply

say "audit everything from the beginning, and each file whole"
audit --full --deep
say "passed: $sent events sent, each of them in a file, once; $audits audits"
