#!/usr/bin/env bash
# Checks what `adomcp registry` prints with the registry's own program. Usage: registry.sh [--deep]
# --deep builds that program (mcp-publisher, by the Go toolchain) into build/, where it is missing.
# Says what was left out. Mistakes that are planted in the entry must be found.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

module=github.com/modelcontextprotocol/registry/cmd/publisher@v1.8.9
publisher=build/mcp-publisher/publisher
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

skip() { echo "    SKIPPED: the registry entry, $*"; exit 0; }
fail() { printf 'registry: %s\n' "$*" >&2; exit 1; }

build_publisher() {
  local go
  go=$(command -v go || echo /usr/local/go/bin/go)
  [[ -x $go ]] || return 1
  mkdir -p "$(dirname "$publisher")"
  GOBIN=$PWD/$(dirname "$publisher") "$go" install "$module" >"$work/go.log" 2>&1 || { tail -n 3 "$work/go.log"; return 1; }
}

find_program() {
  local build
  for build in build/release build/dev; do
    program=$build/bin/adomcp
    [[ ! -x $program ]] || return 0
  done
  return 1
}

entry() {  # public URL, options
  ADOMCP_PUBLIC_URL=$1 AZURE_TENANT_ID=11111111-1111-1111-1111-111111111111 \
    ADOMCP_CLIENT_ID=22222222-2222-2222-2222-222222222222 AZURE_DEVOPS_ORG=contoso AZURE_DEVOPS_PROJECT=Payments \
    APPLICATIONINSIGHTS_CONNECTION_STRING=InstrumentationKey=33333333-3333-3333-3333-333333333333 \
    ADOMCP_STATE_CONTAINER=https://account.blob.core.windows.net/adomcp \
    "$program" registry --config config/azure.yaml "${@:2}"
}

good() { "$publisher" validate "$1" >"$work/said.log" 2>&1; }

taken() {  # what, server.json
  good "$2" || { cat "$work/said.log"; fail "the registry would refuse $1"; }
}

refused() {  # what, sed
  sed -E "$2" "$work/server.json" >"$work/planted.json"
  ! cmp -s "$work/server.json" "$work/planted.json" || fail "planting '$1' changed nothing"
  ! good "$work/planted.json" || fail "the planted mistake '$1' was not found"
}

find_program || skip "there is no build"
[[ -x $publisher ]] || { [[ ${1:-} == --deep ]] && build_publisher; } ||
  skip "mcp-publisher is not here; --deep builds it where the Go toolchain is"
entry https://mcp.example.com >"$work/server.json"
taken "the entry" "$work/server.json"
entry https://gateway.example.com:8443/ado --name com.example/ado-pipelines >"$work/named.json"
taken "an entry with a name" "$work/named.json"
entry https://mcp.example.com --format v0.1 |
  python3 -c 'import json, sys; json.dump(json.load(sys.stdin)["servers"][0]["server"], sys.stdout)' >"$work/listed.json"
taken "the entry of a registry's list" "$work/listed.json"
refused "another schema" 's/2025-12-11/2020-01-01/'
refused "a name without a server" 's|/adomcp"|"|'
refused "a long description" "s/(\"description\": \")/\\1$(printf 'x%.0s' {1..100})/"
refused "a transport that nobody knows" 's/streamable-http/http/'
refused "a range of versions" 's/("version": ")/\1^/'
echo "    the registry's own program takes the entry"
