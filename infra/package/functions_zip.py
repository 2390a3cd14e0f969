"""The package of an Azure Functions app: a tree that brings its own C library, and the zip of it."""

import shutil
import time
import zipfile
from pathlib import Path

import debian_packages
import stage


def make_tree(build: Path, root: Path) -> dict[str, debian_packages.DebianPackage]:
    """Fills root; gives the Debian package of each file in lib/."""
    staging = root.with_name(root.name + ".staging")
    stage.installed(build, staging, "host")
    (root / "bin").mkdir(parents=True)
    shutil.copy2(staging / "usr/bin/adomcp", root / "bin/adomcp")
    shutil.copytree(staging / "usr/lib/adomcp/plugins", root / "plugins")
    shutil.rmtree(staging)
    stage.configuration(root / "plugins", root / "config")
    for name in ["host.json", "local.settings.json.example"]:
        shutil.copyfile(stage.SOURCE / "infra/functions" / name, root / name)
    return add_libraries(root)


def add_libraries(root: Path) -> dict[str, debian_packages.DebianPackage]:
    """lib/ with every library, and licenses/ with what they ask to be shipped with."""
    libraries = debian_packages.closure([root / "bin/adomcp", *sorted((root / "plugins").glob("*.so"))])
    packages = debian_packages.libraries_by_package(libraries)
    (root / "lib").mkdir()
    for name, path in libraries.items():
        shutil.copyfile(path, root / "lib" / name)
        # Of the libraries the loader alone is started. What publishes the zip may drop other run
        # bits: the loader needs none of them.
        (root / "lib" / name).chmod(0o755 if name == debian_packages.LOADER else 0o644)
    (root / "licenses").mkdir()
    shutil.copyfile(stage.SOURCE / "LICENSE", root / "licenses/adomcp")
    for package in sorted({package.name for package in packages.values()}):
        shutil.copyfile(debian_packages.copyright_of(package), root / "licenses" / package)
    return packages


def write(root: Path, target: Path, epoch: int) -> None:
    """Sorted entries, the time of the commit, modes of the tree, no owners."""
    when = time.gmtime(epoch)[:6]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(path for path in root.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(root).as_posix(), when)
            entry.create_system = 3  # Unix, whose modes these are
            entry.external_attr = (path.stat().st_mode & 0xFFFF) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())
