#!/usr/bin/env bash
# A minimal Debian in a folder of its own; sourced by bare_root.sh and package_roots.sh.

say() { printf '\033[1m==> %s\033[0m\n' "$*"; }

copy_apt_settings() {  # root
  local file
  rm -f "$1/etc/apt/sources.list"
  mkdir -p "$1/etc/apt/sources.list.d" "$1/etc/apt/apt.conf.d"
  [[ ! -s /etc/apt/sources.list ]] || cp /etc/apt/sources.list "$1/etc/apt/"
  for file in /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources; do
    # Debian's own alone: a bare root has no other archive, and no other keys.
    if [[ -f $file ]] && grep -q 'debian-archive-keyring' "$file"; then
      cp "$file" "$1/etc/apt/sources.list.d/"
    fi
  done
  for file in /etc/apt/apt.conf.d/*; do
    if [[ -f $file ]] && grep -qE 'Acquire::(http|https|Check|Retries)' "$file"; then
      cp "$file" "$1/etc/apt/apt.conf.d/"
    fi
  done
}

copy_network_settings() {  # root
  local npmrc
  cp -L /etc/resolv.conf /etc/hosts "$1/etc/"
  mkdir -p "$1/etc/ssl/certs" "$1/usr/local/share/ca-certificates"
  cp -L /etc/ssl/certs/ca-certificates.crt "$1/etc/ssl/certs/"
  # Installing ca-certificates rebuilds the bundle from these.
  cp -LR /usr/local/share/ca-certificates/. "$1/usr/local/share/ca-certificates/"
  npmrc=$(npm config get globalconfig 2>/dev/null || echo /etc/npmrc)
  [[ ! -f $npmrc ]] || cp -L "$npmrc" "$1/etc/npmrc"
  [[ ! -f ~/.npmrc ]] || cp -L ~/.npmrc "$1/root/.npmrc"
}

# make_debian_root ROOT SUITE: debootstrap, with this machine's way to Debian. 1 when there is no such suite here.
make_debian_root() {
  local mirror
  # shellcheck disable=SC2016  # apt expands these
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Codename: bookworm' |
    head -n 1)
  [[ -n $mirror ]] || { echo "apt knows no Debian 12 archive here" >&2; return 1; }
  say "debootstrap of a minimal Debian, $2"
  mkdir -p "$1"
  debootstrap --variant=minbase "$2" "$1" "$mirror" >"$1.log" || { tail -n 30 "$1.log" >&2; return 1; }
  copy_apt_settings "$1"
  copy_network_settings "$1"
}
