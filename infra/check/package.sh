#!/usr/bin/env bash
# Checks what ./dev package makes. Usage: package.sh [--deep]
# Without --deep: the packing's own tests, the unit, and two packings of what ./dev package built.
# --deep builds it, builds it again in another folder without ccache, and runs it in bare roots.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

worst_exposure=15 # of systemd-analyze security, in tenths
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

skip() { echo "    SKIPPED: $*"; }
fail() { printf 'package: %s\n' "$*" >&2; exit 1; }

own_tests() { python3 infra/package/package_test.py 2>"$work/tests.log" || { cat "$work/tests.log"; return 1; }; }

unit() {
  local file=$work/adomcp.service
  command -v systemd-analyze >/dev/null || { skip "the systemd unit, systemd-analyze is not installed"; return; }
  # What it starts is not installed here.
  sed 's|^ExecStart=/usr/bin/adomcp|ExecStart=/bin/true|' infra/systemd/adomcp.service >"$file"
  systemd-analyze verify --man=no "$file" >"$work/verify.log" 2>&1 || { cat "$work/verify.log"; return 1; }
  if grep -F adomcp.service "$work/verify.log"; then return 1; fi
  systemd-analyze security --offline=true --threshold="$worst_exposure" "$file" >"$work/security.log" 2>&1 ||
    { tail -n 40 "$work/security.log"; return 1; }
  sed -n 's/^.*Overall exposure level for [^:]*: /    exposure of the unit: /p' "$work/security.log"
}

# pack OUT WORD…: the release build, with these words before the command.
pack() {
  local out=$1
  shift
  "$@" python3 infra/package/package.py --build build/release --out "$out"
}

# Whether the release build is known to be whole and of these sources.
packed() {
  [[ -f build/package/SHA256SUMS ]] &&
    [[ -z $(find CMakeLists.txt CMakePresets.json config host plugins sdk -type f -newer build/package/SHA256SUMS -print -quit) ]]
}

same() {  # one other what
  cmp -s "$1/SHA256SUMS" "$2/SHA256SUMS" || { diff "$1/SHA256SUMS" "$2/SHA256SUMS"; fail "$3 differ"; }
  diff -r "$1" "$2" >/dev/null || fail "$3 differ in the image's files"
}

pack_twice() {
  pack "$work/one" env TZ=UTC LC_ALL=C
  (umask 077 && pack "$work/two" env TZ=Asia/Kathmandu LC_ALL=C.UTF-8 HOME=/nonexistent)
  same "$work/one" "$work/two" "two packings of one build"
  (cd "$work/one" && sha256sum --quiet -c SHA256SUMS)
}

lint() {
  command -v lintian >/dev/null || { skip "lintian, it is not installed: apt-get install lintian"; return; }
  lintian --allow-root --fail-on error,warning "$1"/*.deb
}

build_elsewhere() {
  local other=$work/another/folder/adomcp epoch
  epoch=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
  mkdir -p "$other"
  infra/check/sources.sh all | tar -c -T - | tar -x -C "$other"
  (cd "$other" && CCACHE_DISABLE=1 SOURCE_DATE_EPOCH=$epoch ./dev package) >"$work/elsewhere.log" 2>&1 ||
    { tail -n 30 "$work/elsewhere.log"; fail "the second build failed"; }
  same build/package "$other/build/package" "two builds in two folders"
  echo "    two builds in two folders are identical"
}

own_tests
unit
if [[ ${1:-} == --deep ]]; then
  ./dev package
elif ! packed; then
  skip "packing twice, nothing was packed since the sources changed; ./dev package does it"
  exit
fi
pack_twice
lint "$work/one"
if [[ ${1:-} == --deep ]]; then
  build_elsewhere
  infra/check/package_roots.sh
fi
