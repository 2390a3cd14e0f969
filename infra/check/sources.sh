#!/usr/bin/env bash
# Lists files of the project, one a line. Usage: sources.sh KIND
#   all     everything git tracks or would track
#   cpp     C and C++ files
#   format  those that clang-format rules: all but the C headers of the plugin ABI, laid out by hand
#   shell   shell scripts, known by their first line
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

all() {
  local file
  git ls-files --cached --others --exclude-standard |
    while IFS= read -r file; do [[ ! -f $file ]] || printf '%s\n' "$file"; done
}
cpp() { all | grep -E '\.(h|hpp|c|cpp)$' || true; }

case ${1:-all} in
  all) all ;;
  cpp) cpp ;;
  format) cpp | grep -vE '^sdk/include/adomcp/[a-z]+\.h$' ;;
  shell) all | xargs -r -d '\n' awk 'FNR == 1 { if (/^#!.*(ba|da)?sh$/) print FILENAME; nextfile }' ;;
  *) echo "sources.sh: no such kind: $1" >&2; exit 2 ;;
esac
