#!/usr/bin/env bash
# Runs node tests with Node 22 or later. Usage: run.sh FILE.test.mjs … (needs ADOMCP_BIN)
set -euo pipefail
# What a shell is set up for must not reach the programs under test.
unset AZURE_DEVOPS_ORG AZURE_DEVOPS_PROJECT AZURE_DEVOPS_PROJECTS AZURE_MI_CLIENT_ID LOG_LEVEL
cd "$(dirname "${BASH_SOURCE[0]}")"

fail() { printf 'e2e: %s\n' "$*" >&2; exit 1; }

[[ -x ${ADOMCP_BIN:-} ]] || fail "ADOMCP_BIN must name the host binary, not '${ADOMCP_BIN:-}'"
[[ -d node_modules/@modelcontextprotocol ]] ||
  fail "tests/e2e/node_modules is missing; ./dev test installs it, or: cd tests/e2e && npm ci"

for node in node_modules/node/bin/node node; do
  major=$("$node" -p 'process.versions.node.split(".")[0]' 2>/dev/null) || continue
  ((major < 22)) || exec "$node" --test --test-reporter=spec "$@"
done
fail "no Node 22 or later here; npm ci in tests/e2e installs one"
