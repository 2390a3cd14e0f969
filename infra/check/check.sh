#!/usr/bin/env bash
# The checks that need no test run. Usage: check.sh [--deep]; ./dev check installs what it needs.
# Every check runs, whatever the others found; the exit status is 1 when any found something.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1

sources=infra/check/sources.sh
failed=()

step() {  # name command…
  local name=$1 begun=$SECONDS
  shift
  echo "--- $name"
  if "$@"; then
    echo "    good, $((SECONDS - begun)) s"
  else
    echo "    FAILED: $name"
    failed+=("$name")
  fi
}

formatting() {
  $sources format | xargs -r -d '\n' clang-format --dry-run -Werror ||
    { echo "mend it with: ./dev format"; return 1; }
}

include_table() {
  python3 infra/check/includes.py --self-test && python3 infra/check/includes.py .
}

documents() { python3 infra/check/documents.py --self-test && python3 infra/check/documents.py .; }

names() {
  local bad
  bad=$($sources all | grep -E '\.(h|hpp|c|cpp|py|sh|mjs|lua)$' |
    grep -vE '^(\.?[a-z0-9_]+/)*[a-z0-9_]+(\.[a-z0-9_]+)+$')
  [[ -z $bad ]] || { printf 'these names are not snake_case:\n%s\n' "$bad"; return 1; }
}

sizes() {
  local found=0 file lines limit
  while IFS= read -r file; do
    limit=400
    [[ $file != tests/* && $file != *_test.cpp ]] || limit=600
    lines=$(wc -l <"$file")
    ((lines <= limit)) || { echo "$file has $lines lines, the limit is $limit"; found=1; }
  done < <($sources cpp)
  return "$found"
}

clients() { ./dev build release && tests/clients/run.py --bin build/release/bin/adomcp; }

app_page() {  # built again it is the same, and its types fit
  (cd plugins/run_app/page && node_modules/.bin/tsc --noEmit && node build.mjs --check)
}

browser() { ./dev build release && ADOMCP_BIN=$PWD/build/release/bin/adomcp tests/browser/run.sh; }

shell_scripts() { $sources shell | xargs -r -d "\n" shellcheck -x; }

step "format" formatting
step "include table" include_table
step "documents" documents
step "file names" names
step "file sizes" sizes
step "shellcheck" shell_scripts
step "packages" infra/check/package.sh "$@"
step "terraform" infra/check/terraform.sh "$@"
step "kubernetes" infra/check/kubernetes.sh "$@"
step "registry entry" infra/check/registry.sh "$@"
if [[ ${1:-} == --deep ]]; then
  step "clients" clients
  step "page of the App" app_page
  step "browser" browser
fi
step "clang-tidy" python3 infra/check/tidy.py "$@"

if [[ ${#failed[@]} == 0 ]]; then
  echo "check: good"
else
  printf 'check: %d failed: %s\n' "${#failed[@]}" "$(IFS=,; echo "${failed[*]}")"
  exit 1
fi
