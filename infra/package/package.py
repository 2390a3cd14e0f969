"""Packs a build: what ./dev package calls. python3 package.py --help

The same sources give the same bytes, wherever and whenever: times are those of SOURCE_DATE_EPOCH or,
without it, of the last commit.
"""

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

import debian_packages
import debs
import functions_zip
import image
import sbom
import stage


def epoch() -> int:
    given = os.environ.get("SOURCE_DATE_EPOCH") or stage.run("git", "-C", stage.SOURCE, "log", "-1", "--format=%ct")
    seconds = int(given)
    if seconds < 315532800:
        raise stage.PackageError("SOURCE_DATE_EPOCH is before 1980, which a zip can't say")
    return seconds


def release() -> str:
    lines = dict(line.split("=", 1) for line in Path("/etc/os-release").read_text().splitlines() if "=" in line)
    if lines.get("ID", "").strip('"') != "debian":
        raise stage.PackageError("only Debian's libraries are packed, and this is another system")
    return f"debian-{lines['VERSION_ID'].strip(chr(34))}"


def pack(build: Path, out: Path, what: str) -> None:
    """Everything into `out`, which holds nothing else afterwards."""
    when = epoch()
    os.environ["SOURCE_DATE_EPOCH"] = str(when)  # for dpkg-deb
    with tempfile.TemporaryDirectory(prefix="adomcp-package-") as temporary:
        work = Path(temporary)
        tree = work / "functions"
        libraries = functions_zip.make_tree(build, tree)
        stage.settle(tree, when)
        archive = out / "adomcp-functions.zip"
        functions_zip.write(tree, archive, when)
        if what == "zip":
            return
        archives = {archive: "adomcp Functions package"}
        archives[debs.host_package(build, work / "host", out, when)] = "adomcp"
        archives[debs.sdk_package(build, work / "sdk", out, when)] = "adomcp-sdk"
        image.make_context(tree, out / "image")
        stage.settle(out / "image", when)
        targets = ["bin/adomcp", *[f"plugins/{path.name}" for path in sorted((tree / "plugins").iterdir())]]
        headers = debian_packages.header_packages(build, targets)
        content = sbom.document(tree, archives, stage.version_of(build), when, libraries, headers, release())
        sbom.write(out / "adomcp.spdx.json", content)
    files = sorted(path for path in out.iterdir() if path.is_file())
    (out / "SHA256SUMS").write_text("".join(f"{stage.sha256(path)}  {path.name}\n" for path in files))


def main() -> int:
    parser = argparse.ArgumentParser(description="Packs a build.")
    parser.add_argument("--build", type=Path, required=True, help="the folder of a build")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write, which is emptied before")
    parser.add_argument("--only", choices=["all", "zip"], default="all", help="zip: the Functions package alone")
    given = parser.parse_args()
    os.umask(0o022)
    try:
        shutil.rmtree(given.out, ignore_errors=True)
        given.out.mkdir(parents=True)
        pack(given.build.resolve(), given.out.resolve(), given.only)
    except (stage.PackageError, OSError) as error:
        print(f"package: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
