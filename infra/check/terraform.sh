#!/usr/bin/env bash
# Checks infra/terraform. Usage: terraform.sh [--deep]
# Runs what the tools at hand allow and says what was left out: names and types, fmt, validate, test.
# Without a provider registry it uses terraform-offline, a folder beside the checkout (or where
# TERRAFORM_OFFLINE points), which knows the providers' schemas. --deep plants mistakes in copies of
# the module and expects each to be found.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

module=infra/terraform
settings=config/azure.yaml
offline=${TERRAFORM_OFFLINE:-../shared/tools/terraform-offline}/run.sh
stamp=build/terraform_checked
export TF_CLI_ARGS=-no-color TF_IN_AUTOMATION=1 CHECKPOINT_DISABLE=1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

skip() { echo "    SKIPPED: $*"; }

# The log's last line decides: the offline runner ends with 0 when a test fails, too.
tests_passed() { grep -Eq '^Success! [1-9][0-9]* passed, 0 failed\.' "$1"; }

names() { sed -E 's/#.*//' "$1" | grep -oE "$2" | grep -oE '[A-Z][A-Z0-9_]+' | sort -u; }

# Every variable that the production configuration reads is set, and nothing that nobody reads.
variables() {
  local supplied read_by_host missing unread
  [[ -f $settings ]] || { skip "the variables of $settings, it is not here"; return; }
  supplied=$(names "$module/settings.tf" '^ +[A-Z][A-Z0-9_]+ +=')
  read_by_host=$(names "$settings" '\$\{[A-Z0-9_]+')
  missing=$(comm -13 <(echo "$supplied") <(echo "$read_by_host") |
    grep -vx APPLICATIONINSIGHTS_CONNECTION_STRING || true)
  # These two win over the file without being named in it.
  unread=$(comm -23 <(echo "$supplied") <(echo "$read_by_host") |
    grep -vxE 'AZURE_DEVOPS_PROJECTS|LOG_LEVEL' || true)
  [[ -z $missing ]] || { echo "$settings reads what Terraform does not set: $missing"; return 1; }
  [[ -z $unread ]] || { echo "Terraform sets what $settings does not read: $unread"; return 1; }
}

# The genuine commands with the genuine providers, for whoever reaches a registry.
with_registry() {
  local copy=$work/genuine log=$work/genuine.log
  command -v terraform >/dev/null || { skip "all of $module, terraform is not installed"; return; }
  cp -r "$module" "$copy"
  if ! (cd "$copy" && terraform init -input=false -backend=false) >"$log" 2>&1; then
    if grep -qiE 'could not connect|failed to query available provider|no such host' "$log"; then
      skip "validate and test of $module, the provider registry is out of reach"
      return
    fi
    cat "$log"
    return 1
  fi
  (cd "$copy" && terraform validate)
  (cd "$copy" && terraform test) | tee "$log"
  tests_passed "$log"
}

without_registry() {
  local status=0 log=$work/offline.log
  "$offline" "$module" >"$log" 2>&1 || status=$?
  if [[ $status == 3 ]]; then
    skip "fmt, validate and test of $module, terraform is not installed; names were checked"
    return
  fi
  if [[ $status != 0 ]] || ! tests_passed "$log"; then
    cat "$log"
    return 1
  fi
  grep -E '^Success!|blocks checked' "$log"
}

# planted NAME FILE SED [TEST]: with that edit the module must fail; TEST is the one file of tests to
# run, none means that validation is enough.
planted() {
  local name=$1 file=$2 edit=$3 test=${4:-} copy log=$work/planted.log status=0 level=validate
  copy=$work/planted_$RANDOM
  cp -r "$module" "$copy"
  sed -i -E "$edit" "$copy/$file"
  ! cmp -s "$module/$file" "$copy/$file" || { echo "planting '$name' changed nothing"; return 1; }
  if [[ -n $test ]]; then
    level=all
    find "$copy/tests" -name '*.tftest.hcl' ! -name "$test" -delete
  fi
  "$offline" "$copy" "$level" >"$log" 2>&1 || status=$?
  if [[ $status == 3 ]]; then
    skip "the planted mistake '$name', terraform is not installed"
  elif [[ $status == 0 && -z $test ]] || { [[ -n $test ]] && tests_passed "$log"; }; then
    echo "the planted mistake '$name' was not found"
    return 1
  else
    echo "    found: $name"
  fi
  rm -rf "$copy"
}

planted_mistakes() {
  local bad=0
  planted "a wrong argument" storage.tf 's/shared_access_key_enabled /shared_key_enabled /' || bad=1
  planted "a wrong block" functions.tf 's/auth_settings_v2 \{/auth_settings_v3 {/' || bad=1
  planted "a required argument left out" entra.tf '/^ +issuer +=/d' || bad=1
  planted "a name that nobody declared" identity.tf 's/\$?local\.resource_group$/local.group/' || bad=1
  planted "a role left out" identity.tf 's/"Monitoring Metrics Publisher"/"Reader"/' \
    functions.tftest.hcl || bad=1
  planted "a setting left out" settings.tf '/^ +AZURE_DEVOPS_PROJECTS +=/d' \
    functions.tftest.hcl || bad=1
  planted "an open gate" functions.tf 's/"Return401"/"AllowAnonymous"/' functions.tftest.hcl || bad=1
  planted "another port" settings.tf 's/port += 7071/port = 8080/' container_apps.tftest.hcl || bad=1
  planted "a role on the whole account" identity.tf 's/each\.value\.id/azurerm_storage_account.this.id/' \
    functions.tftest.hcl || bad=1
  planted "one identity for all" azure_devops.tf 's/identity\.azure_devops\.principal_id/identity.platform.principal_id/' \
    functions.tftest.hcl || bad=1
  planted "starts by default" variables.tf 's/optional\(list\(string\), \[\]\)/optional(list(string), ["*"])/' \
    functions.tftest.hcl || bad=1
  planted "no assignment needed" entra.tf 's/(app_role_assignment_required += )true/\1false/' \
    access.tftest.hcl || bad=1
  planted "an empty allowlist" variables.tf 's/length\(var\.azure_devops_projects\) > 0/true/' \
    inputs.tftest.hcl || bad=1
  planted "any target" variables.tf 's/contains\(\["functions", "container_apps"\], var\.target\)/true/' \
    inputs.tftest.hcl || bad=1
  return "$bad"
}

digest() { find "$module" infra/check/terraform.sh -type f -exec sha256sum {} + | sort | sha256sum; }

variables
if ! command -v node >/dev/null || [[ ! -x $offline ]]; then
  with_registry
  [[ ${1:-} != --deep ]] || skip "planted mistakes, they need node and terraform-offline"
  exit
fi
if command -v terraform >/dev/null; then
  TF_CLI_CONFIG_FILE=/dev/null terraform fmt -check -recursive -diff "$module"
fi
if [[ ${1:-} != --deep && -f $stamp && $(<"$stamp") == "$(digest)" ]]; then
  echo "    unchanged since it passed; --deep runs it again"
  exit
fi
without_registry
[[ ${1:-} != --deep ]] || planted_mistakes
mkdir -p "$(dirname "$stamp")"
digest >"$stamp"
