#!/usr/bin/env bash
# What `./dev run` shows: the simulator and the host on loopback, until Ctrl-C; with --sign-in, an
# OpenID provider beside them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

mcp_port=${ADOMCP_PORT:-7071}
export ADOMCP_PORT=$mcp_port SIMULATOR_PORT=${SIMULATOR_PORT:-7072} ISSUER_PORT=${ISSUER_PORT:-7073}
export ADOMCP_DEMO_TOKEN=simulator-token ADOMCP_AUDIT_FILE=$PWD/build/run/audit.jsonl
url=http://127.0.0.1:$mcp_port/mcp
# The demo is about the simulator's organisation, whatever this shell is set up for.
unset AZURE_DEVOPS_ORG AZURE_DEVOPS_PROJECT AZURE_DEVOPS_PROJECTS AZURE_MI_CLIENT_ID LOG_LEVEL
logs=build/run
verbose=no
sign_in=no
config=config/demo.yaml

for option in "$@"; do
  case $option in
    --verbose) verbose=yes ;;
    --sign-in) sign_in=yes config=config/sign_in.yaml ;;
    *) printf 'run knows --verbose and --sign-in only, not %s\n' "$option" >&2; exit 2 ;;
  esac
done

fail() { printf 'run: %s\n' "$*" >&2; exit 1; }

refuse_busy() {  # variable port
  [[ $2 =~ ^[0-9]+$ ]] || fail "$1=$2 is not a port number"
  if (exec 3<>"/dev/tcp/127.0.0.1/$2") 2>/dev/null; then
    fail "port $2 is taken; choose another, for example: $1=$(($2 + 100)) ./dev run"
  fi
}

pids=() names=()
# shellcheck disable=SC2317  # called by the trap
stop() {
  trap '' INT TERM
  local pid
  [[ ${#pids[@]} == 0 ]] || kill -TERM "${pids[@]}" 2>/dev/null || true
  for pid in "${pids[@]}"; do
    timeout 10 tail -s 0.1 --pid="$pid" -f /dev/null || kill -KILL "$pid" 2>/dev/null || true
  done
  wait
}
trap stop EXIT
trap 'echo; echo "stopping"; exit 130' INT
trap 'exit 0' TERM

# start NAME COMMAND…: pdeathsig lets nothing outlive this script, however it ends; in a session of
# their own, Ctrl-C reaches the programs through this script alone, which so knows why they end.
start() {
  local name=$1
  shift
  if [[ $verbose == yes ]]; then
    setsid setpriv --pdeathsig TERM -- "$@" > >(tee "$logs/$name.out") 2> >(tee "$logs/$name.log" >&2) &
  else
    setsid setpriv --pdeathsig TERM -- "$@" >"$logs/$name.out" 2>"$logs/$name.log" &
  fi
  pids+=("$!") names+=("$name")
}

died() {  # name
  printf '%s\n' "--- the end of $logs/$1.log" >&2
  tail -n 20 "$logs/$1.log" >&2
  fail "the $1 has stopped"
}

# await NAME PID COMMAND…: waits, at most 30 seconds, until the command succeeds.
await() {
  local name=$1 pid=$2 end=$((SECONDS + 30))
  shift 2
  until "$@" >/dev/null 2>&1; do
    kill -0 "$pid" 2>/dev/null || died "$name"
    if ((SECONDS >= end)); then
      tail -n 20 "$logs/$name.log" >&2
      fail "the $name was not ready after 30 seconds"
    fi
    sleep 0.1
  done
}

refuse_busy ADOMCP_PORT "$mcp_port"
refuse_busy SIMULATOR_PORT "$SIMULATOR_PORT"
if [[ $sign_in == yes ]]; then
  refuse_busy ISSUER_PORT "$ISSUER_PORT"
  node=tests/e2e/node_modules/node/bin/node
  [[ -x $node ]] || fail "tests/e2e/node_modules is missing; ./dev run --sign-in installs it"
fi
mkdir -p "$logs"

start simulator python3 -u tests/simulator/simulator.py --port "$SIMULATOR_PORT"
await simulator "$!" grep -q '^simulator ready on ' "$logs/simulator.out"
if [[ $sign_in == yes ]]; then
  start issuer "$node" tests/e2e/issuer.mjs --port "$ISSUER_PORT" --resource "$url"
  await issuer "$!" grep -q '^issuer ready on ' "$logs/issuer.out"
  ISSUER=$(sed -n 's/^issuer ready on \([^ ]*\).*/\1/p' "$logs/issuer.out")
  export ISSUER
fi
start host build/release/bin/adomcp serve --config "$config" --port "$mcp_port"
await host "$!" curl -fsS --noproxy '*' --max-time 5 "http://127.0.0.1:$mcp_port/readyz"

ask_by_curl() {
  local call show
  call='{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"_meta":{'
  call+='"io.modelcontextprotocol/protocolVersion":"2026-07-28",'
  call+='"io.modelcontextprotocol/clientInfo":{"name":"curl","version":"1"},'
  call+='"io.modelcontextprotocol/clientCapabilities":{}},'
  call+='"name":"get_run_failure_logs","arguments":{"project":"Payments","run_id":4711}}}'
  show='import json,sys; r=json.load(sys.stdin); '
  show+='print(json.dumps(r.get("result",{}).get("structuredContent",r),indent=2,ensure_ascii=False))'
  cat <<CURL
Why did the build fail? Paste this into another terminal:
curl -sS $url -H 'Content-Type: application/json' -H 'Accept: application/json, text/event-stream' -H 'MCP-Protocol-Version: 2026-07-28' -H 'Mcp-Method: tools/call' -H 'Mcp-Name: get_run_failure_logs' -d '$call' | python3 -c '$show'
CURL
}

ask_signed_in() {
  cat <<SIGN_IN
Your editor opens a page of the issuer, $ISSUER, where you choose who you are:
ada may do everything, bob may look, eve may sign in and no more.

Why did the build fail? Sign in from another terminal, as ada, bob or eve:
(cd '$PWD' && $node tests/e2e/ask.mjs $url ada)
SIGN_IN
}

cat <<READY
adomcp ready on $url

For VS Code, as .vscode/mcp.json:
{"servers":{"adomcp":{"type":"http","url":"$url"}}}

READY
if [[ $sign_in == yes ]]; then ask_signed_in; else ask_by_curl; fi
cat <<LOGS

The audit goes to $logs/audit.jsonl, the host's log to $logs/host.log. Ctrl-C stops everything.
LOGS

wait -n "${pids[@]}" || true
for i in "${!pids[@]}"; do kill -0 "${pids[i]}" 2>/dev/null || died "${names[i]}"; done
