#!/usr/bin/env bash
# Puts rules/sluice.yaml into a PrometheusRule: Prometheus' operator reads no other form, and kustomize cannot make it.
set -euo pipefail
cd "$(dirname "$0")"
{
  cat <<'HEAD'
# Made of rules/sluice.yaml by prometheus-rule.sh; a test holds the two together.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: sluice
spec:
HEAD
  sed -n '/^groups:/,$ { s/^\(.\)/  \1/; p; }' rules/sluice.yaml
} >prometheus-rule.yaml
