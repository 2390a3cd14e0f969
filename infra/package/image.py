"""The build context of the container image: the tree of the zip on an otherwise empty root."""

import shutil
from pathlib import Path

import stage

AUTHORITIES = Path("/usr/share/ca-certificates/mozilla")
USER = 10001


def make_context(app: Path, context: Path) -> None:
    """context/Containerfile and context/root, from the tree of the Functions zip."""
    root = context / "root"
    shutil.copytree(app, root / "app")
    for name in ["host.json", "local.settings.json.example"]:
        (root / "app" / name).unlink()
    # The host loads plugins from copies of its own, and a container's /dev/shm is noexec.
    (root / "tmp").mkdir()
    (root / "tmp").chmod(0o1777)
    etc = root / "etc"
    etc.mkdir()
    (etc / "passwd").write_text(f"adomcp:x:{USER}:{USER}::/nonexistent:/nonexistent\n")
    (etc / "group").write_text(f"adomcp:x:{USER}:\n")
    (etc / "nsswitch.conf").write_text("hosts: files dns\n")
    bundle = etc / "ssl/certs/ca-certificates.crt"
    bundle.parent.mkdir(parents=True)
    # Debian's own, rather than this machine's bundle, which may hold somebody's private authority.
    certificates = sorted(AUTHORITIES.glob("*.crt"))
    if not certificates:
        raise stage.PackageError(f"{AUTHORITIES} is empty; install ca-certificates")
    bundle.write_bytes(b"".join(path.read_bytes().rstrip() + b"\n" for path in certificates))
    shutil.copyfile(stage.SOURCE / "infra/container/Containerfile", context / "Containerfile")
