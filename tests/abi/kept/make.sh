#!/usr/bin/env bash
# Makes the kept binary of the current ABI; again only while that ABI isn't published.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
sdk=../../../sdk
name=abi_0_3

minor=$(sed -n 's/^#define ADOMCP_ABI_MINOR \([0-9]*\).*/\1/p' "$sdk/include/adomcp/plugin.h")
if [ "$name" != "abi_0_$minor" ]; then
  printf 'plugin.h is of ABI 0.%s: %s is of another revision, and is not made again\n' "$minor" "$name" >&2
  exit 1
fi

made=${name}_$(uname -m).so
gcc -std=c11 -O2 -Wall -Wextra -Wpedantic -Werror -fPIC -shared -fvisibility=hidden -I"$sdk/include" \
  -fno-tree-loop-distribute-patterns -nostdlib -s -Wl,--version-script="$sdk/plugin.map" -Wl,-z,defs -Wl,-z,now -Wl,-z,relro \
  -Wl,-z,noseparate-code -Wl,--build-id=none "$name.c" -o "$made"
printf '%s: %s bytes\n' "$made" "$(stat -c %s "$made")"
