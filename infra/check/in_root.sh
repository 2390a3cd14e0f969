#!/usr/bin/env bash
# Runs a command inside a root, as a container's runtime would: chroot, in a mount namespace of its own,
# which ends with it. Usage, as root: in_root.sh ROOT [--read-only] [--user UID] [--deny-write-execute] [-C FOLDER] COMMAND…
#
# FOLDER is where the command starts.
# It stays the same process throughout, so that a signal reaches the command. /tmp is that of outside,
# the one place where something may be written.
set -euo pipefail

if [[ ${1:-} != --inside ]]; then
  exec unshare --mount "${BASH_SOURCE[0]}" --inside "$@"
fi
shift
root=$1 user=0 folder=/ read_only=no deny=no
shift
while [[ ${1:-} == -* ]]; do
  case $1 in
    --read-only) read_only=yes ;;
    --user) user=$2; shift ;;
    --deny-write-execute) deny=yes ;; # as systemd's MemoryDenyWriteExecute, on Linux 6.3 or newer
    -C) folder=$2; shift ;;
    *) echo "in_root: what is $1?" >&2; exit 2 ;;
  esac
  shift
done
# A runtime makes these for an image that has none.
mkdir -p "$root/proc" "$root/dev"
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount --bind /tmp "$root/tmp"
[[ $read_only == no ]] || mount -o remount,bind,ro "$root"
# The folder of the tests' audit file belongs to whoever tests.
[[ -z ${ADOMCP_AUDIT_FILE:-} ]] || chown "$user" "$(dirname "$ADOMCP_AUDIT_FILE")"
# Not chroot(1), which can't change the folder afterwards, and there is no shell inside to do so.
exec setpriv --no-new-privs python3 -c '
import ctypes, os, sys
root, user, folder, deny, *command = sys.argv[1:]
PR_SET_MDWE, REFUSE_EXEC_GAIN = 65, 1
if deny == "yes" and ctypes.CDLL(None).prctl(PR_SET_MDWE, REFUSE_EXEC_GAIN, 0, 0, 0) != 0:
    print("in_root: this kernel can not deny it", file=sys.stderr)
os.chroot(root)
os.chdir(folder)
os.setgroups([])
os.setgid(int(user))
os.setuid(int(user))
os.execv(command[0], command)' "$root" "$user" "$folder" "$deny" "$@"
