#!/usr/bin/env bash
# Tries the last commit on a bare Debian 12, as a newcomer would: ./dev test, then ./dev run and
# the curl line it prints. Usage, as root: bare_root.sh [--keep] [--ccache] [test|run|all]
#
# The bare root is made by debootstrap in a folder of its own and removed at the end (--keep leaves
# it, and says where). This machine's way to Debian and npm is copied into it: apt sources, proxy
# settings, npmrc, certificates, name resolution. With --ccache its compiler may take from this
# machine's cache what it would make of the same sources, headers and arguments, which saves most of
# the time. Mounts live in a private mount namespace and programs in a private process namespace, so
# that both end with this script, however it ends.
set -euo pipefail

checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
self=$checkout/infra/check/bare_root.sh

# shellcheck source=infra/check/debian_root.sh
source "$(dirname "${BASH_SOURCE[0]}")/debian_root.sh"
fail() { printf 'bare_root: %s\n' "$*" >&2; exit 1; }

# --- On this machine ---------------------------------------------------------------------------

make_root() {  # root
  make_debian_root "$1" bookworm || fail "debootstrap failed"
  git clone --quiet --no-hardlinks "$checkout" "$1/root/adomcp"
  cp "$self" "$(dirname "$self")/debian_root.sh" "$1/root/"
}

# --- In the namespaces, then in the root -------------------------------------------------------

enter() {  # root what cache
  local variables=() name
  mount --rbind /dev "$1/dev"
  if [[ -n $3 ]]; then
    mkdir -p "$1/root/.cache/ccache"
    mount --bind "$3" "$1/root/.cache/ccache"
  fi
  mount -t proc proc "$1/proc"
  for name in http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY \
    NODE_EXTRA_CA_CERTS SSL_CERT_FILE CURL_CA_BUNDLE; do
    [[ -z ${!name:-} ]] || variables+=("$name=${!name}")
  done
  exec chroot "$1" env -i HOME=/root TERM="${TERM:-dumb}" \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "${variables[@]}" \
    JOBS="${JOBS:-$(nproc)}" bash /root/bare_root.sh --in-root "$2"
}

try_test() {
  say "./dev test in the bare root"
  ./dev test
}

# Nothing of the project may run once Ctrl-C was pressed.
leftovers() {
  local file
  for file in /proc/[0-9]*/cmdline; do
    tr '\0' ' ' 2>/dev/null <"$file" | grep -E 'simulator\.py|bin/adomcp' || true
  done
}

try_run() {
  local out=/root/run.out answer pid status=0 end=$((SECONDS + 3600))
  say "./dev run in the bare root"
  export ADOMCP_PORT=${ADOMCP_PORT:-7171} SIMULATOR_PORT=${SIMULATOR_PORT:-7172}
  set -m # a process group of its own, which Ctrl-C can be sent to
  # Also where whoever started this has SIGINT ignored, as a shell does for what runs in the background.
  env --default-signal=INT ./dev run >"$out" 2>&1 &
  pid=$!
  set +m
  until grep -q "^adomcp ready on http://127.0.0.1:$ADOMCP_PORT/mcp\$" "$out" &&
    grep -q '^curl ' "$out"; do
    kill -0 "$pid" 2>/dev/null || { tail -n 50 "$out" >&2; fail "./dev run ended"; }
    ((SECONDS < end)) || { tail -n 50 "$out" >&2; fail "./dev run was not ready in an hour"; }
    sleep 0.5
  done
  answer=$(bash -c "$(grep '^curl ' "$out")")
  printf '%s\n' "$answer" | head -n 60
  grep -q '"task": "..*"' <<<"$answer" || fail "the answer names no failing task"
  grep -q '"id": 4711' <<<"$answer" || fail "the answer is not about run 4711"
  grep -q 'error:' <<<"$answer" || fail "the answer has no error"
  say "Ctrl-C"
  kill -INT -- "-$pid"
  wait "$pid" || status=$?
  [[ $status == 0 || $status == 130 ]] || fail "./dev run ended with $status after Ctrl-C"
  [[ -z $(leftovers) ]] || fail "still running after Ctrl-C: $(leftovers)"
}

in_root() {  # what
  cd /root/adomcp
  [[ $1 == run ]] || try_test
  [[ $1 == test ]] || try_run
  say "good on a bare Debian 12: $1"
}

# -----------------------------------------------------------------------------------------------

case ${1:-} in
  --enter) enter "$2" "$3" "$4" ;;
  --in-root) in_root "$2" ;;
  *)
    keep=no cache=
    if [[ ${1:-} == --keep ]]; then keep=yes; shift; fi
    if [[ ${1:-} == --ccache ]]; then
      cache=$(ccache --get-config cache_dir) || fail "no ccache here; leave --ccache out"
      mkdir -p "$cache"
      shift
    fi
    what=${1:-all}
    [[ $what =~ ^(test|run|all)$ ]] || fail "usage: bare_root.sh [--keep] [--ccache] [test|run|all]"
    [[ $(id -u) == 0 ]] || fail "needs root, for chroot"
    command -v debootstrap >/dev/null || fail "needs debootstrap: apt-get install debootstrap"
    folder=$(mktemp -d "${TMPDIR:-/var/tmp}/adomcp-bare.XXXXXX")
    # shellcheck disable=SC2064  # the folder of now
    if [[ $keep == yes ]]; then
      trap "echo 'the root is kept: $folder/root'" EXIT
    else
      trap "rm -rf --one-file-system '$folder'" EXIT
    fi
    make_root "$folder/root"
    unshare --mount --pid --fork --kill-child "$self" --enter "$folder/root" "$what" "$cache"
    ;;
esac
