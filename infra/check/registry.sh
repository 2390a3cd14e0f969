#!/usr/bin/env bash
# Checks what `adomcp registry` prints against the registry's schema. Usage: registry.sh [--deep]
# --deep has the Go toolchain get the registry's own module, which holds its schemas, and keeps the one
# that is meant in build/. Says what was left out. Mistakes that are planted must be found.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

module=github.com/modelcontextprotocol/registry@v1.8.9
revision=2025-12-11
schema=build/mcp-registry/$revision.json
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

skip() { echo "    SKIPPED: the registry entry, $*"; exit 0; }

get_schema() {
  local go folder
  go=$(command -v go || echo /usr/local/go/bin/go)
  [[ -x $go ]] || return 1
  "$go" mod download -json "$module" >"$work/module.json" 2>"$work/go.log" || { tail -n 3 "$work/go.log"; return 1; }
  folder=$(python3 -c 'import json, sys; print(json.load(sys.stdin)["Dir"])' <"$work/module.json")
  mkdir -p "$(dirname "$schema")"
  install -m 644 "$folder/internal/validators/schemas/$revision.json" "$schema"
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

find_program || skip "there is no build"
python3 -c 'import jsonschema' 2>/dev/null || skip "python3-jsonschema is not installed"
[[ -f $schema ]] || { [[ ${1:-} == --deep ]] && get_schema; } || skip "the schema is not here; --deep gets it by the Go toolchain"
entry https://mcp.example.com >"$work/entry.json"
entry https://gateway.example.com:8443/ado --name com.example/ado-pipelines >"$work/named.json"
entry https://mcp.example.com --format v0.1 >"$work/list.json"
python3 - "$schema" "$work" <<'PYTHON'
import copy, json, pathlib, sys
import jsonschema

schema, work = json.loads(pathlib.Path(sys.argv[1]).read_text()), pathlib.Path(sys.argv[2])
validator = jsonschema.validators.validator_for(schema)(schema)
entry, named, listed = (json.loads((work / f"{name}.json").read_text()) for name in ("entry", "named", "list"))
faults = lambda server: [e.message for e in validator.iter_errors(server)] + (
    [] if server.get("$schema") == schema["$id"] else ["another schema"])
for server in (entry, named, *(item["server"] for item in listed["servers"])):
    if faults(server):
        sys.exit(f"registry: {faults(server)}")
for name, change in {
    "another schema": {"$schema": "https://example.com/server.schema.json"},
    "a name without a server": {"name": "com.example"},
    "a long description": {"description": "x" * 101},
    "a transport that nobody knows": {"remotes": [{"type": "http", "url": "https://mcp.example.com/mcp"}]},
    "a remote without a URL": {"remotes": [{"type": "streamable-http"}]},
    "a version that is a number": {"version": 1},
}.items():
    if not faults(copy.deepcopy(entry) | change):
        sys.exit(f"registry: the planted mistake '{name}' was not found")
PYTHON
echo "    as the registry's schema $revision wants it"
