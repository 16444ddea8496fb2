#!/usr/bin/env bash
# Prometheus and Alertmanager, which tests of runners/flink/monitoring start by themselves: Debian's packages, whose own services are not
# to run. Where they cannot be had, says so and goes on: the tests are skipped then, or fail where SLUICE_TOOLS=required.
set -euo pipefail

packages=()
{ command -v promtool && command -v prometheus; } >/dev/null || packages+=(prometheus)
command -v amtool >/dev/null || packages+=(prometheus-alertmanager)
((${#packages[@]})) || exit 0

give_up() {
  echo "${packages[*]}: $1; what needs them in runners/flink/monitoring is not tested" >&2
  exit 0
}
command -v apt-get >/dev/null || give_up "this system has no apt-get"
as_root=()
if ((EUID)); then
  sudo -n true 2>/dev/null || give_up "installing them needs root"
  as_root=(sudo -n)
fi
# invoke-rc.d asks it whether a service may start, and 101 is no. One that is there is somebody else's.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
  "${as_root[@]}" chmod +x "$policy"
  trap '"${as_root[@]}" rm -f "$policy"' EXIT
fi
log=$(mktemp)
install() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get "$@" -qq -o DPkg::Lock::Timeout=300 >>"$log" 2>&1; }
if { install update; install install -y --no-install-recommends "${packages[@]}"; }; then
  if [ -d /run/systemd/system ]; then
    "${as_root[@]}" systemctl disable --now "${packages[@]}" >>"$log" 2>&1 || true
  fi
  rm -f "$log"
else
  tail -5 "$log" >&2
  give_up "apt-get could not install them"
fi
