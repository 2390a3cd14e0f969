#!/usr/bin/env bash
# Runs the browser tests. Usage: run.sh [FILE.test.mjs …]; CHROMIUM names a browser other than Debian's.
# With ADOMCP_BIN, the host of that name is shown too.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

fail() { printf 'browser: %s\n' "$*" >&2; exit 1; }

[[ -d node_modules/playwright-core ]] || fail "the npm packages are missing: cd tests/browser && npm ci"

[[ $# != 0 ]] || set -- *.test.mjs
for node in ../e2e/node_modules/node/bin/node node; do
  major=$("$node" -p 'process.versions.node.split(".")[0]' 2>/dev/null) || continue
  ((major < 22)) || exec "$node" --test --test-reporter=spec --test-concurrency=1 "$@"
done
fail "no Node 22 or later here; npm ci in tests/e2e installs one"
