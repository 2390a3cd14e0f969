#!/usr/bin/env bash
# Checks infra/kubernetes. Usage: kubernetes.sh [--deep]
# Renders each overlay with kustomize and holds the result against what the host does. Says what was
# left out where a tool is missing. --deep gets the tools that are missing (kustomize by the Go
# toolchain, the schemas of Kubernetes from PyPI) into build/, and plants mistakes in copies of the
# manifests, each of which must be found.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

manifests=infra/kubernetes
checker=infra/check/kubernetes_manifests.py
venv=build/kubernetes-venv
kustomize_module=sigs.k8s.io/kustomize/kustomize/v5@v5.8.1
python_packages=(kubernetes-validate==1.37.0 jsonschema==4.26.0 PyYAML==6.0.4)
deep=${1:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

skip() { echo "    SKIPPED: $*"; }
fail() { printf 'kubernetes: %s\n' "$*" >&2; exit 1; }

# Debian's kubectl has a kustomize of version 2, which knows no components.
kubectl_is_new() {
  command -v kubectl >/dev/null && kubectl version --client 2>/dev/null | grep -qE '^Kustomize Version: v([5-9]|[1-9][0-9])\.'
}

build_kustomize() {
  local go
  go=$(command -v go || echo /usr/local/go/bin/go)
  [[ -x $go ]] || return 1
  mkdir -p build/kubernetes/bin
  GOBIN=$PWD/build/kubernetes/bin "$go" install "$kustomize_module" >"$work/go.log" 2>&1 || { cat "$work/go.log"; return 1; }
}

find_renderer() {
  local own=build/kubernetes/bin/kustomize
  if kubectl_is_new; then renderer=(kubectl kustomize)
  elif command -v kustomize >/dev/null; then renderer=(kustomize build)
  elif [[ -x $own ]] || { [[ $deep == --deep ]] && build_kustomize; }; then renderer=("$own" build)
  else return 1
  fi
}

find_python() {
  python=python3
  if [[ $deep == --deep && ! -x $venv/bin/python ]]; then
    { python3 -m venv "$venv" && "$venv/bin/python" -m pip install --quiet "${python_packages[@]}"; } >"$work/pip.log" 2>&1 ||
      { tail -n 3 "$work/pip.log"; rm -rf "$venv"; }
  fi
  [[ ! -x $venv/bin/python ]] || python=$venv/bin/python
  "$python" -c 'import kubernetes_validate' 2>/dev/null ||
    skip "the schemas of Kubernetes, kubernetes-validate is not here; --deep gets it"
  "$python" -c 'import yaml' 2>/dev/null
}

# The host's own verdict, where a build with all plugins is at hand.
program=()
find_program() {
  local build declared
  declared=$(cat config/plugins.d/*.yaml | grep -c 'library:')
  for build in build/release build/dev; do
    [[ -x $build/bin/adomcp ]] || continue
    [[ $(find "$build/plugins" -maxdepth 1 -name '*.so' | wc -l) == "$declared" ]] || continue
    program=(--program "$build/bin/adomcp" --plugins "$build/plugins")
    return
  done
  skip "adomcp check of the configuration, no build with all plugins is here"
}

render() { "${renderer[@]}" "$1"; }

overlays() {
  local overlay name files=()
  for overlay in "$manifests"/overlays/*/; do
    name=$(basename "$overlay")
    render "$overlay" >"$work/$name.yaml"
    files+=("$work/$name.yaml")
  done
  "$python" "$checker" "${program[@]}" "${files[@]}"
}

# planted NAME FILE SED [OVERLAY]: with that edit the overlay (the example unless named) must be found bad.
planted() {
  local name=$1 file=$2 edit=$3 overlay=${4:-example} copy=$work/planted
  rm -rf "$copy"
  cp -r "$manifests" "$copy"
  sed -i -E "$edit" "$copy/$file"
  ! cmp -s "$manifests/$file" "$copy/$file" || { echo "planting '$name' changed nothing"; return 1; }
  if ! render "$copy/overlays/$overlay" >"$work/planted.yaml" 2>"$work/planted.log"; then
    cat "$work/planted.log"
    echo "the planted mistake '$name' could not be rendered"
    return 1
  fi
  "$python" "$checker" "$work/planted.yaml" >"$work/planted.log" || true
  if ! grep -q '^planted: ' "$work/planted.log"; then
    echo "the planted mistake '$name' was not found"
    return 1
  fi
  echo "    found: $name"
}

planted_mistakes() {
  local bad=0 deployment=base/deployment.yaml config=base/adomcp.yaml settings=overlays/example/settings.env
  local aks=azure-workload-identity
  planted "another port" $deployment 's/containerPort: 7071/containerPort: 8080/' || bad=1
  planted "a port of the configuration" $config 's/0\.0\.0\.0:7071/0.0.0.0:7072/' || bad=1
  planted "only loopback" $config 's/0\.0\.0\.0:7071/127.0.0.1:7071/' || bad=1
  planted "a probe on a path that is not served" $deployment 's|path: /readyz|path: /ready|' || bad=1
  planted "liveness that asks for readiness" $deployment '/livenessProbe/,/failureThreshold/s|/healthz|/readyz|' || bad=1
  planted "too little time to end" $deployment 's/(terminationGracePeriodSeconds:) 45/\1 20/' || bad=1
  planted "no sleep before the end" $deployment 's/seconds: 5$/seconds: 0/' || bad=1
  planted "a root file system that can be written" $deployment 's/(readOnlyRootFilesystem:) true/\1 false/' || bad=1
  planted "root" $deployment 's/runAsUser: 10001/runAsUser: 0/' || bad=1
  planted "capabilities" $deployment 's/drop: \[ALL\]/drop: [NET_RAW]/' || bad=1
  planted "no seccomp" $deployment 's/type: RuntimeDefault/type: Unconfined/' || bad=1
  planted "nowhere to write" $deployment 's|mountPath: /tmp|mountPath: /var/lib/adomcp|' || bad=1
  planted "a configuration that is not read" $deployment 's|config/kubernetes.yaml\]|config/azure.yaml]|' || bad=1
  planted "no memory limit" $deployment 's/memory: 512Mi/ephemeral-storage: 1Gi/' || bad=1
  planted "fixed replicas" $deployment 's/revisionHistoryLimit: 5/replicas: 1/' || bad=1
  planted "one replica" base/autoscaler.yaml 's/minReplicas: 2/minReplicas: 1/' || bad=1
  planted "no pod may go" base/disruption_budget.yaml 's/maxUnavailable: 1/maxUnavailable: 0/' || bad=1
  planted "a selector of others" base/network_policy.yaml 's|app.kubernetes.io/name: adomcp$|app: others|' || bad=1
  planted "open egress" base/network_policy.yaml 's/port: 443/port: 8443/' || bad=1
  planted "a state that is not shared" $config 's/replicas: many/replicas: one/' || bad=1
  planted "a variable that is not set" $settings '/^ADOMCP_STATE_CONTAINER=/d' || bad=1
  planted "an empty variable" $settings 's/^(AZURE_DEVOPS_ORG)=.*/\1=/' || bad=1
  planted "a variable that nobody reads" $settings 's/^ADOMCP_CLIENT_ID=/ADOMCP_CLIENTS=/' || bad=1
  planted "a key that is misspelt" $config 's/groups_overage:/group_overage:/' || bad=1
  planted "rules of its own" $config 's/tools: \["list_\*"/tools: ["*"/' || bad=1
  planted "a Secret" $deployment 's/configMapRef:/secretRef:/' || bad=1
  planted "no identity" overlays/example/federated_token.yaml 's/AzureADTokenExchange/kubernetes/' || bad=1
  planted "no label for the webhook" overlays/$aks/deployment.yaml 's/use: "true"/use: "false"/' $aks || bad=1
  planted "another tenant" overlays/$aks/service_account.yaml 's/(tenant-id: )1/\12/' $aks || bad=1
  planted "another host" components/ingress/ingress.yaml 's/host: mcp/host: other/' || bad=1
  planted "another version" overlays/example/kustomization.yaml 's/newTag: [0-9.]+/newTag: 9.9.9/' || bad=1
  planted "a namespace that lets all in" overlays/example/namespace.yaml 's/restricted/privileged/' || bad=1
  return "$bad"
}

renderer=()
find_renderer || { skip "all of $manifests, there is no kubectl or kustomize of version 5; --deep builds one"; exit 0; }
find_python || { skip "all of $manifests, python3-yaml is not installed"; exit 0; }
find_program
overlays || fail "something was found"
[[ $deep != --deep ]] || planted_mistakes || fail "planted mistakes were not found"
