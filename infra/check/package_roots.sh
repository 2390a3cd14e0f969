#!/usr/bin/env bash
# Runs what ./dev package made where nothing of it was built: the official clients' whole session, and
# a call over HTTPS. Usage, as root: package_roots.sh [zip|deb|image]…  (all of them without a word)
#   zip    on a bare root of an older Debian, whose C library is too old for the program itself
#   deb    on Debian 12 with nothing but its base system, installed by apt and purged again
#   image  as its Containerfile says, as its user, on a read-only root; made by buildah where it is here
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=infra/check/debian_root.sh
source infra/check/debian_root.sh

# A choice of authorities that this shell was set up with would count inside as well.
unset SSL_CERT_FILE SSL_CERT_DIR
package=$PWD/build/package
in_root=$PWD/infra/check/in_root.sh
unpack='import os, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    for entry in archive.infolist():
        os.chmod(archive.extract(entry, sys.argv[2]), entry.external_attr >> 16 & 0o777)'

fail() { printf 'package_roots: %s\n' "$*" >&2; exit 1; }
skip() { echo "    SKIPPED: $*"; }

# wrapper NAME COMMAND…: one program that does all that; prints its path.
wrapper() {
  local file=$work/$1
  shift
  { echo '#!/usr/bin/env bash'; printf 'exec'; printf ' %q' "$@"; echo ' "$@"'; } >"$file"
  chmod +x "$file"
  echo "$file"
}

# The tests of tests/e2e against that program instead of the one that was built.
session() {  # program
  say "the official clients' session: $(basename "$1")"
  TMPDIR=/tmp ADOMCP_BIN=$1 tests/e2e/run.sh official_clients.test.mjs >"$work/session.log" ||
    { head -n 60 "$work/session.log" >&2; fail "the session failed"; }
  grep -E '^ℹ (pass|fail|skipped)' "$work/session.log"
  if grep -q '^ℹ pass 0$' "$work/session.log"; then fail "no test ran"; fi
}

make_authority() {
  openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=adomcp test" \
    -addext "subjectAltName=DNS:localhost,IP:127.0.0.1" \
    -keyout "$work/key.pem" -out "$work/authority.pem" 2>/dev/null
}

stop_simulator() {
  [[ -z ${simulator:-} ]] || { kill "$simulator" 2>/dev/null; wait "$simulator" 2>/dev/null || true; }
  simulator=
}

# https_call PROGRAM TRUST…: fails without the authority, works once TRUST… made it known.
https_call() {
  local program=$1 base said end=$((SECONDS + 60))
  shift
  say "a call over HTTPS: $(basename "$program")"
  python3 -u tests/simulator/simulator.py --port 0 --token https-test \
    --tls "$work/authority.pem" "$work/key.pem" >"$work/simulator.log" 2>&1 &
  simulator=$!
  until base=$(grep -oE 'https://127[^ ]+' "$work/simulator.log" | head -n 1) && [[ -n $base ]]; do
    ((SECONDS < end)) || fail "the simulator did not start: $(<"$work/simulator.log")"
    sleep 0.1
  done
  local ask=("$program" call list_pipeline_runs '{"project": "Payments", "top": 1}' --config config/https.yaml)
  export HTTPS_BASE=$base ADOMCP_DEMO_TOKEN=https-test
  if said=$("${ask[@]}" 2>&1); then fail "it trusts a certificate that nobody vouches for"; fi
  grep -qi certificate <<<"$said" || fail "not the certificate was refused: $said"
  "$@"
  said=$("${ask[@]}" 2>&1) || fail "over HTTPS: $said"
  grep -q '"runs"' <<<"$said" || fail "over HTTPS, an answer without runs: $said"
  stop_simulator
}

# The tests' settings, beside the plugins.d that was packed: config/demo.yaml and config/https.yaml.
add_settings() {  # folder
  cp config/demo.yaml "$1/demo.yaml"
  cat >"$1/https.yaml" <<'YAML'
auth: { mode: none }
azure_devops:
  organizations:
    - name: contoso
      base_urls: { dev: "${HTTPS_BASE}", vsrm: "${HTTPS_BASE}/vsrm", vstmr: "${HTTPS_BASE}/vstmr", vssps: "${HTTPS_BASE}/vssps" }
      credential: { environment: { variable: ADOMCP_DEMO_TOKEN, scheme: bearer } }
      projects: [{ name: Payments }]
audit: { sinks: [stdout] }
YAML
}

trust_bundle() { mkdir -p "$(dirname "$1")"; cp "$work/authority.pem" "$1"; }

# shellcheck disable=SC2016  # dpkg-query expands it
c_library() { chroot "$1" dpkg-query -W -f '${Version}' libc6; }

try_zip() {
  local root=$work/older program
  if make_debian_root "$root" bullseye; then
    if chroot "$root" dpkg --compare-versions "$(c_library "$root")" ge 2.34; then
      fail "that Debian's C library is as new as the program wants"
    fi
  else
    skip "Debian 11, which this mirror does not have; on Debian 12 instead"
    rm -rf --one-file-system "$root"
    make_debian_root "$root" bookworm || fail "debootstrap failed"
  fi
  # Nothing of this machine's certificates: only what the test puts there.
  rm -rf "$root/etc/ssl/certs"
  mkdir "$root/app"
  python3 -c "$unpack" "$package/adomcp-functions.zip" "$root/app"
  add_settings "$root/app/config"
  program=$(wrapper zip "$in_root" "$root" --read-only --user 10002 -C /app \
    /app/lib/ld-linux-x86-64.so.2 --library-path lib bin/adomcp)
  echo "    the root's C library: $(c_library "$root")"
  session "$program"
  https_call "$program" trust_bundle "$root/etc/pki/tls/certs/ca-bundle.crt"
}

in_chroot() {  # root command…
  local root=$1
  shift
  # shellcheck disable=SC2016  # the shell inside expands these
  unshare --mount bash -c 'mount -t proc proc "$1/proc"; shift; exec chroot "$@"' _ "$root" "$root" \
    env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive "$@"
}

trust_by_debian() {  # root
  cp "$work/authority.pem" "$1/usr/local/share/ca-certificates/adomcp-test.crt"
  in_chroot "$1" update-ca-certificates >"$work/authorities.log" 2>&1
}

try_deb() {
  local root=$work/debian program
  make_debian_root "$root" bookworm || fail "debootstrap failed"
  cp "$package"/adomcp*.deb "$root/root/"
  in_chroot "$root" sh -c 'apt-get update && apt-get install -y --no-install-recommends /root/adomcp_*.deb' \
    >"$work/apt.log" 2>&1 || { tail -n 30 "$work/apt.log" >&2; fail "apt-get install failed"; }
  in_chroot "$root" sh -c 'dpkg -V adomcp && ! dpkg -C | grep . && adomcp version'
  mkdir -p "$root/srv/session/config"
  cp -r "$root/etc/adomcp/plugins.d" "$root/srv/session/config/"
  add_settings "$root/srv/session/config"
  program=$(wrapper deb "$in_root" "$root" --read-only --user 10002 --deny-write-execute \
    -C /srv/session /usr/bin/adomcp)
  session "$program"
  https_call "$program" trust_by_debian "$root"
  in_chroot "$root" sh -c 'apt-get purge -y adomcp' >"$work/apt.log" 2>&1 ||
    { cat "$work/apt.log" >&2; fail "apt-get purge failed"; }
  [[ ! -e $root/etc/adomcp && ! -e $root/etc/default/adomcp && ! -e $root/usr/bin/adomcp ]] ||
    fail "purging left something behind"
  say "the SDK builds a plugin on that root"
  in_chroot "$root" sh -c 'apt-get install -y /root/adomcp-sdk_*.deb && cd /root &&
    /usr/share/adomcp/new_plugin.sh hello /root/hello && cmake -S hello -B hello/build &&
    cmake --build hello/build && ctest --test-dir hello/build --no-tests=error' >"$work/sdk.log" 2>&1 ||
    { tail -n 30 "$work/sdk.log" >&2; fail "a plugin could not be built"; }
}

bd() { buildah --root "$work/images" --runroot "$work/images-run" --storage-driver vfs "$@"; }

# By buildah: the image, the tests' settings as a layer on top, its files. Prints nothing but the folder.
image_by_buildah() {
  bd build -q --format oci -t adomcp "$package/image" >/dev/null
  mkdir "$work/layer"
  add_settings "$work/layer"
  printf 'FROM localhost/adomcp\nCOPY demo.yaml https.yaml /app/config/\n' >"$work/layer/Containerfile"
  bd build -q --format oci --pull-never -t adomcp-session "$work/layer" >/dev/null
  bd inspect --type image adomcp-session >"$work/image.json"
  bd mount "$(bd from --pull-never localhost/adomcp-session)"
}

# The Containerfile's own words stand in for the image's.
image_by_hand() {
  cp -a "$package/image/root" "$work/image-files"
  add_settings "$work/image-files/app/config"
  python3 - "$package/image/Containerfile" >"$work/image.json" <<'PYTHON'
import json, re, sys
said = dict(re.findall(r"^(ENTRYPOINT|CMD|USER|WORKDIR|ENV) (.+)$", open(sys.argv[1]).read(), re.MULTILINE))
config = {"Entrypoint": json.loads(said["ENTRYPOINT"]), "Cmd": json.loads(said["CMD"]), "User": said["USER"],
          "WorkingDir": said["WORKDIR"], "Env": [said["ENV"]]}
print(json.dumps({"OCIv1": {"config": config}}))
PYTHON
  echo "$work/image-files"
}

of_image() { python3 -c 'import json, sys; config = json.load(open(sys.argv[1]))["OCIv1"]["config"]
value = config[sys.argv[2]]; print("\n".join(value) if isinstance(value, list) else value)' "$work/image.json" "$1"; }

try_image() {
  local root program user entrypoint
  if command -v buildah >/dev/null; then
    say "the image, by buildah"
    root=$(image_by_buildah)
  else
    skip "building the image, buildah is not installed; its files are started all the same"
    root=$(image_by_hand)
  fi
  user=$(of_image User)
  [[ $user == 10001:10001 ]] || fail "the image's user is $user"
  [[ $(of_image Cmd | tr '\n' ' ') == "serve --config config/azure.yaml " ]] || fail "the image starts $(of_image Cmd)"
  [[ $(of_image Env) == *ADOMCP_LISTEN=0.0.0.0:7071* ]] || fail "the image does not listen on all addresses"
  [[ -z $(find "$root" -perm /6000) ]] || fail "the image has set-id files"
  [[ ! -e $root/bin/sh ]] || fail "the image has a shell"
  openssl crl2pkcs7 -nocrl -certfile "$root/etc/ssl/certs/ca-certificates.crt" |
    openssl pkcs7 -print_certs -noout | grep -c '^subject' | grep -qE '^[1-9][0-9]{2}$' ||
    fail "the image's authorities are not the usual hundred"
  mapfile -t entrypoint < <(of_image Entrypoint)
  program=$(wrapper image "$in_root" "$root" --read-only --user "${user%:*}" -C "$(of_image WorkingDir)" "${entrypoint[@]}")
  session "$program"
  https_call "$program" trust_bundle "$root/etc/ssl/certs/ca-certificates.crt"
}

[[ $(id -u) == 0 ]] || { skip "running the packages in bare roots, which needs root"; exit 0; }
command -v debootstrap >/dev/null || { skip "running the packages in bare roots, debootstrap is not installed"; exit 0; }
[[ -f $package/SHA256SUMS ]] || fail "build/package is not there; ./dev package makes it"
work=$(mktemp -d "${TMPDIR:-/var/tmp}/adomcp-roots.XXXXXX")
chmod 755 "$work"
trap 'stop_simulator; rm -rf --one-file-system "$work"' EXIT
make_authority
[[ $# != 0 ]] || set -- zip deb image
for what; do
  case $what in
    zip | deb | image) "try_$what" ;;
    *) fail "usage: package_roots.sh [zip|deb|image]…" ;;
  esac
done
say "good in bare roots: $*"
