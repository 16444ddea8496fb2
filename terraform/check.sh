#!/usr/bin/env bash
# All checks of this folder, one line each; what was wrong is shown below its line. Exit status 1 where something was.
#   terraform/check.sh                      formatting, each module, example and environment, the tests, what the roles may do, the READMEs
#   terraform/check.sh lake identity        only these modules and environments
#   terraform/check.sh --roles              prints the table of what the roles may do, too
#   terraform/check.sh --mutations [lake]   breaks the modules on purpose, in a copy: each validation and each assertion must notice once
# Needs terraform; node and npm for the READMEs, the roles and the mutations. What is absent is named and skipped; SLUICE_TOOLS=required fails
# then. No AWS account is needed.
# Where the provider cannot be downloaded, TERRAFORM_WITH_AWS_SCHEMA may name a command that runs another with the provider's schema served on
# loopback; by default ../shared/tools/terraform-aws-schema/with-aws-schema beside the repository, if it is there.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")

mutations=
roles=
case "${1:-}" in
  --mutations) mutations=1; shift ;;
  --roles) roles=1; shift ;;
  -*) echo "terraform/check.sh: $1 is no option: --roles, --mutations, or names of modules and environments" >&2; exit 2 ;;
esac
chosen=("$@")
for name in "${chosen[@]}"; do
  [ -d "$here/modules/$name" ] || [ -d "$here/environments/$name" ] || { echo "terraform/check.sh: $name is no module and no environment; ls terraform/modules terraform/environments" >&2; exit 2; }
done

if ! command -v terraform >/dev/null; then
  echo "terraform/check.sh: SKIPPED, all of it: terraform is not installed (1.11 or newer)"
  [ "${SLUICE_TOOLS:-}" != required ]
  exit $?
fi
# A CLI configuration that is named and not there makes every command warn.
if [ -n "${TF_CLI_CONFIG_FILE:-}" ] && [ ! -f "$TF_CLI_CONFIG_FILE" ]; then unset TF_CLI_CONFIG_FILE; fi
export TF_IN_AUTOMATION=1 TF_INPUT=0 CHECKPOINT_DISABLE=1 TF_CLI_ARGS=-no-color
export AWS_EC2_METADATA_DISABLED=true

# The second start of this script, below the stand-in, works in the copy that the first one made.
if [ -z "${SLUICE_TERRAFORM_COPY:-}" ]; then
  copy=$(mktemp -d)
  trap 'rm -rf "$copy"' EXIT
  # A copy, so that nothing is left in the tree, with files in place of links: production is broken apart from staging. Modules may read files of
  # the repository (contracts).
  (cd "$root" && tar -ch --exclude=.terraform --exclude='.terraform.lock.hcl' --exclude=node_modules terraform) | tar -x -C "$copy"
  for beside in pipeline runners docs; do ln -s "$root/$beside" "$copy/$beside"; done
  export SLUICE_TERRAFORM_COPY=$copy
  export TF_PLUGIN_CACHE_DIR=${TF_PLUGIN_CACHE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/terraform-plugins}
  mkdir -p "$TF_PLUGIN_CACHE_DIR"
  again=("${BASH_SOURCE[0]}" ${mutations:+--mutations} ${roles:+--roles} "${chosen[@]}")
  if [ -n "${TF_REATTACH_PROVIDERS:-}" ]; then
    SLUICE_TERRAFORM_PROVIDER="the one of TF_REATTACH_PROVIDERS" bash "${again[@]}"
  elif probe=$(TF_REGISTRY_CLIENT_TIMEOUT=10 TF_REGISTRY_DISCOVERY_RETRY=1 terraform -chdir="$copy/terraform/modules/lake" init -backend=false 2>&1); then
    SLUICE_TERRAFORM_PROVIDER="hashicorp/aws, downloaded" bash "${again[@]}"
  else
    standin=${TERRAFORM_WITH_AWS_SCHEMA:-$root/../shared/tools/terraform-aws-schema/with-aws-schema}
    # What its schema lacks is added in a copy of it.
    if [ -x "$standin" ] && [ -f "$(dirname "$standin")/schema.json" ] && command -v node >/dev/null; then
      cp -R "$(dirname "$standin")" "$copy/stand-in" && chmod -R u+w "$copy/stand-in"
      node "$here/tools/more-schema.mjs" "$copy/stand-in/schema.json"
      standin=$copy/stand-in/$(basename "$standin")
    fi
    if [ -x "$standin" ] && "$standin" true; then
      SLUICE_TERRAFORM_PROVIDER="its schema on loopback: hashicorp/aws cannot be downloaded" "$standin" bash "${again[@]}"
    else
      SLUICE_TERRAFORM_PROVIDER= SLUICE_TERRAFORM_WHY=$probe bash "${again[@]}"
    fi
  fi
  exit $?
fi

copy=$SLUICE_TERRAFORM_COPY/terraform
failed=0
skipped=0
seconds=$SECONDS
line() { printf '  %-52s %s\n' "$1" "$2"; }
skip() { line "$1" "SKIPPED: $2"; skipped=$((skipped + 1)); }
# check NAME COMMAND…: one line; the output only where the command fails. A command may print its result as its last line: "= text".
check() {
  local name=$1 output began=$SECONDS
  shift
  if output=$("$@" 2>&1); then
    line "$name" "ok$(printf '%s\n' "$output" | sed -n 's/^= \(.*\)/  \1/p' | tail -1)$([ $((SECONDS - began)) -lt 10 ] || echo "  ($((SECONDS - began)) s)")"
  else
    line "$name" FAILED
    printf '%s\n' "$output" | sed 's/^/      /'
    failed=$((failed + 1))
  fi
}
wanted() {
  [ ${#chosen[@]} -eq 0 ] && return 0
  local name
  for name in "${chosen[@]}"; do [ "$name" = "$1" ] && return 0; done
  return 1
}

init() { terraform -chdir="$1" init -backend=false; }
validate() { init "$1" >/dev/null && terraform -chdir="$1" validate; }
# Modules that ask who and where they are need an account to be planned with the real provider; the others' examples bring made-up credentials.
plannable() {
  [ "$SLUICE_TERRAFORM_PROVIDER" != "hashicorp/aws, downloaded" ] || grep -q plan-only "$1/main.tf" || [ -n "${AWS_ACCESS_KEY_ID:-}${AWS_PROFILE:-}${AWS_WEB_IDENTITY_TOKEN_FILE:-}" ]
}
plan() { init "$1" >/dev/null && terraform -chdir="$1" plan -lock=false -out="$1/check.tfplan" && echo "= $(terraform -chdir="$1" show -json check.tfplan | grep -o '"actions":\["create"\]' | wc -l) resources"; }
tests() {
  local output asserted
  init "$1" >/dev/null || return 1
  output=$(terraform -chdir="$1" test 2>&1) || { printf '%s\n' "$output" | grep -vE '^(  run .*pass|.*(in progress|tearing down|tftest.hcl\.\.\. pass))$'; return 1; }
  asserted=$(cat "$1"/tests/*.tftest.hcl | grep -cE '^ *assert \{')
  echo "= $(printf '%s\n' "$output" | sed -n 's/^Success! \([0-9]* passed\).*/\1/p'), $asserted assertions"
}
# An environment has no more to do with its variables and with the outputs of the stack than to pass them on, each by its name.
passes_on() {
  local name wrong=
  for name in $(sed -n 's/^variable "\(.*\)" {$/\1/p' "$1/variables.tf"); do
    grep -qE "^ *$name += var\.$name$" "$1/main.tf" || { echo "variables.tf: main.tf does not give $name to the stack"; wrong=1; }
  done
  grep -vE '^(#.*|output "([a-z_]+)" \{ value = module\.stack\.\2 \})?$' "$1/outputs.tf" | sed 's/^/outputs.tf: no output of the stack under the same name: /' | grep . && wrong=1
  [ -z "$wrong" ]
}
# A state of the layout before the stack, planned since: every resource has moved.
moves() {
  local output
  terraform -chdir="$1" init -backend=false -test-directory=tests/moved >/dev/null || return 1
  output=$(terraform -chdir="$1" test -verbose -test-directory=tests/moved) || { printf '%s\n' "$output" | tail -40; return 1; }
  grep -qE '^ *Plan: 0 to add, [0-9]+ to change, 0 to destroy' <<<"$output" || { printf '%s\n' "$output" | grep -E '^ *(# .* (created|destroyed|replaced)$|Plan:)'; return 1; }
  echo "= $(printf '%s\n' "$output" | grep -cE '^ *# .*moved (to|from) ') resources"
}
modern() { printf '%s\n%s\n' 1.9.0 "$(terraform version | sed -n '1s/^Terraform v//p')" | sort -VC || { echo "terraform $(terraform version | head -1) is too old: install 1.9 or newer"; return 1; }; }
tools() {
  [ "$here/tools/node_modules/.package-lock.json" -nt "$here/tools/package-lock.json" ] || (cd "$here/tools" && npm ci --silent --no-progress) || return 1
  [ -e "$copy/tools/node_modules" ] || ln -s "$here/tools/node_modules" "$copy/tools/node_modules"
}
verdicts() {
  local example
  for example in identity lake tables; do
    plan "$copy/modules/$example/examples/basic" >/dev/null && terraform -chdir="$copy/modules/$example/examples/basic" show -json check.tfplan >"$copy/$example.json" || return 1
  done
  node "$copy/tools/simulate-iam.mjs" "$copy/identity.json" "$copy/lake.json" "$copy/tables.json" >"$copy/roles.txt" || { grep -E '^!|verdicts' "$copy/roles.txt"; return 1; }
  echo "= $(tail -1 "$copy/roles.txt")"
}
readmes() { node "$here/tools/readme.mjs" --check; }

# All that there is of a module or an environment.
folder() {
  local name=${1#"$copy/"} example
  check "$name: validate" validate "$1"
  if [ -d "$1/tests" ]; then check "$name: test" tests "$1"; else check "$name: test" bash -c "echo 'no tests/*.tftest.hcl'; false"; fi
  if grep -qs '^module "stack"' "$1/main.tf"; then check "$name: passes on" passes_on "$1"; fi
  if [ -d "$1/tests/moved" ]; then check "$name: a state of before the stack moves" moves "$1"; fi
  for example in "$1"/examples/*/; do
    [ -d "$example" ] || continue
    example=${example%/}
    if plannable "$example"; then check "${example#"$copy/"}: plan" plan "$example"; else
      check "${example#"$copy/"}: validate" validate "$example"
      line "${example#"$copy/"}: plan" "not planned: that needs credentials of an AWS account"
    fi
  done
}
mutated() { init "$1" >/dev/null 2>&1; check "${1#"$copy/"}: validations and assertions notice" node "$copy/tools/mutate.mjs" "$1"; }
# unit COMMAND FOLDER: beside others, as many as there are processors; what it prints is shown in order afterwards.
units=0
unit() {
  local out
  while [ "$(jobs -rp | wc -l)" -ge "$(nproc 2>/dev/null || echo 2)" ]; do wait -n || true; done
  units=$((units + 1))
  out=$copy/$(printf %03d "$units").unit
  (
    failed=0
    skipped=0
    "$@"
    echo "$failed $skipped" >"$out.count"
  ) >"$out" 2>&1 &
}

echo "terraform/check.sh: $(terraform version | head -1), provider: ${SLUICE_TERRAFORM_PROVIDER:-none}"
check "version" modern
check "formatting" terraform fmt -check -diff -recursive "$here"

node=
lacking="node and npm are not installed"
if command -v node >/dev/null && command -v npm >/dev/null; then
  lacking="npm cannot fetch what terraform/tools/package-lock.json names"
  tools && node=1
fi

if [ -z "$SLUICE_TERRAFORM_PROVIDER" ]; then
  skip "modules, examples, environments, roles" "hashicorp/aws cannot be downloaded, and there is no ${TERRAFORM_WITH_AWS_SCHEMA:-../shared/tools/terraform-aws-schema/with-aws-schema}"
  printf '%s\n' "${SLUICE_TERRAFORM_WHY:-}" | grep -vE '^\W*$' | sed 's/^/      /' | head -8
else
  if [ -z "$node" ]; then skip "$([ -n "$mutations" ] && echo mutations || echo "what the roles may do")" "$lacking"; fi
  # The cache of providers must not be written by two at once: after this it has the environments' version, too.
  init "$copy/environments/local-minio" >/dev/null 2>&1
  for folder in "$copy"/modules/*/ "$copy"/environments/*/; do
    folder=${folder%/}
    wanted "$(basename "$folder")" || continue
    if [ -n "$mutations" ]; then [ -z "$node" ] || unit mutated "$folder"; else unit folder "$folder"; fi
  done
  wait
  for printed in "$copy"/*.unit; do
    [ -e "$printed" ] || continue
    cat "$printed"
    read -r more_failed more_skipped <"$printed.count" || more_failed=1
    failed=$((failed + more_failed))
    skipped=$((skipped + ${more_skipped:-0}))
  done
  if [ -z "$mutations" ] && [ -n "$node" ] && wanted identity; then
    check "what the roles may do" verdicts
    [ -z "$roles" ] || cat "$copy/roles.txt"
  fi
fi
if [ -z "$mutations" ]; then
  if [ -z "$node" ]; then skip "READMEs are current" "$lacking"; else check "READMEs are current" readmes; fi
fi

if [ "$failed" -gt 0 ]; then echo "terraform/check.sh: $failed FAILED"; exit 1; fi
if [ "$skipped" -gt 0 ] && [ "${SLUICE_TOOLS:-}" = required ]; then echo "terraform/check.sh: $skipped SKIPPED, and SLUICE_TOOLS=required"; exit 1; fi
echo "terraform/check.sh: all well$([ "$skipped" -eq 0 ] || echo ", $skipped SKIPPED"), $((SECONDS - seconds)) s"
