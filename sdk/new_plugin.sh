#!/usr/bin/env bash
# Makes a plugin from the template beside this script. Usage: new_plugin.sh NAME FOLDER
set -euo pipefail
template=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/template

fail() { printf 'new-plugin: %s\n' "$*" >&2; exit 2; }

[[ $# == 2 && -n $1 && -n $2 ]] || fail "needs a name and a folder, such as: new-plugin hello ~/hello"
name=$1 folder=$2

[[ $name =~ ^[a-z][a-z0-9]*(_[a-z0-9]+)*$ ]] ||
  fail "'$name' can't name a plugin: use lower-case letters and digits, words joined by one _," \
    "a letter first, such as latest_result"
[[ ${#name} -le 40 ]] || fail "'$name' has ${#name} characters: use at most 40"
# What CMake makes targets of itself, and this project too.
case $name in
  all | clean | help | install | package | test | new_tool | adomcp | adomcp_*)
    fail "'$name' is taken: choose another name" ;;
esac
[[ ! -e $folder ]] || [[ -d $folder && -z $(ls -A -- "$folder") ]] ||
  fail "$folder is there already and isn't empty: choose another folder, or remove it"

mkdir -p -- "$folder"
for file in "$template"/*; do
  base=$(basename "$file")
  sed "s/new_tool/$name/g; s/new-tool/${name//_/-}/g" "$file" >"$folder/${base//new_tool/$name}"
done
printf '%s\n' "made ${name//_/-} in $folder:" "$(ls -- "$folder")"
