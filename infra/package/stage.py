"""What is shipped, made from a build: the installed tree without symbols, and pinned plugins."""

import hashlib
import os
import re
import shutil
import stat
import subprocess
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]
CONFIGURATION = ["azure.yaml", "local.yaml", "reference.yaml", "schema.json"]


class PackageError(Exception):
    """A sentence for whoever packages."""


def run(*command: object, **options) -> str:
    result = subprocess.run([str(part) for part in command], capture_output=True, text=True, **options)
    if result.returncode != 0:
        raise PackageError(f"{command[0]} failed: {result.stderr.strip() or result.stdout.strip()}")
    return result.stdout


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def version_of(build: Path) -> str:
    cache = (build / "CMakeCache.txt").read_text()
    return re.search(r"^CMAKE_PROJECT_VERSION:STATIC=(.+)$", cache, re.MULTILINE).group(1)


def is_elf(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


def strip(path: Path) -> None:
    """As Debian does it: what a debugger wants goes, what the loader wants stays."""
    what = "--strip-unneeded" if path.suffix == ".so" else "--strip-all"
    run("strip", what, "--remove-section=.comment", "--remove-section=.note", path)


def no_build_paths(path: Path, build: Path) -> None:
    """Of a release build; others name their sources for those who debug them."""
    if "CMAKE_BUILD_TYPE:STRING=Release\n" not in (build / "CMakeCache.txt").read_text():
        return
    for folder in {str(SOURCE), str(build.resolve())}:
        if folder.encode() in path.read_bytes():
            raise PackageError(f"{path.name} names the folder it was built in; -ffile-prefix-map is there to prevent it")


def installed(build: Path, root: Path, component: str) -> None:
    """Installs a component below root, with the prefix /usr, stripped."""
    run("cmake", "--install", build, "--component", component, "--prefix", root / "usr")
    for path in sorted(root.rglob("*")):
        if path.is_file() and is_elf(path):
            strip(path)
            no_build_paths(path, build)


def pin(text: str, libraries: Path) -> str:
    """The text of a plugins.d file with the hash of each library, as it is shipped, below its name."""
    without = re.sub(r"^ +sha256:.*\n", "", text, flags=re.MULTILINE)

    def with_hash(line: re.Match) -> str:
        library = libraries / line["file"]
        if not library.is_file():
            raise PackageError(f"plugins.d names {line['file']}, which the build did not make")
        return f"{line[0]}\n{line['indent']}sha256: {sha256(library)}"

    return re.sub(r"^(?P<indent> +)library: (?P<file>\S+\.so)$", with_hash, without, flags=re.MULTILINE)


def declarations() -> list[Path]:
    """The files that declare what is shipped; under `.example` what nothing serves before it is renamed."""
    return sorted(path for kind in ("*.yaml", "*.yaml.example") for path in (SOURCE / "config/plugins.d").glob(kind))


def pinned_plugins(libraries: Path, folder: Path) -> None:
    """Every library is declared, and every declaration pinned."""
    folder.mkdir(parents=True)
    declared = set()
    for source in declarations():
        text = pin(source.read_text(), libraries)
        (folder / source.name).write_text(text)
        declared |= set(re.findall(r"^ +library: (\S+)$", text, flags=re.MULTILINE))
    missing = {path.name for path in libraries.glob("*.so")} - declared
    if missing:
        raise PackageError(f"no file of config/plugins.d declares {', '.join(sorted(missing))}")


def configuration(libraries: Path, folder: Path) -> None:
    folder.mkdir(parents=True)
    for name in CONFIGURATION:
        shutil.copyfile(SOURCE / "config" / name, folder / name)
    pinned_plugins(libraries, folder / "plugins.d")


def settle(root: Path, epoch: int) -> None:
    """The same modes and times everywhere: what was executable stays so, /tmp's like remain everybody's, all else is 0644."""
    for path in [*root.rglob("*"), root]:
        if path.is_symlink():
            continue
        mode = path.stat().st_mode
        if path.is_dir() and mode & stat.S_ISVTX:
            path.chmod(0o1777)
        else:
            path.chmod(0o755 if path.is_dir() or mode & 0o100 else 0o644)
        os.utime(path, (epoch, epoch))
