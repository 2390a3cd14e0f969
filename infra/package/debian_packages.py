"""Which shared libraries the binaries need, and which Debian packages those and the headers are of."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from stage import PackageError, run

LOADER = "ld-linux-x86-64.so.2"


@dataclass(frozen=True, order=True)
class DebianPackage:
    name: str
    version: str
    architecture: str
    source: str  # with its version


def closure(files: list[Path]) -> dict[str, Path]:
    """Every library that the files need, by the name they ask for; the loader is one of them."""
    found = {}
    for file in files:
        for line in run("ldd", file).splitlines():
            if "not found" in line:
                raise PackageError(f"{file.name} needs {line.strip()}")
            match = re.match(r"\s+(?:(\S+) => )?(/\S+) \(0x", line)
            if match:
                path = Path(match[2])
                found[match[1] or path.name] = path.resolve()
    if LOADER not in found:
        raise PackageError(f"the binaries don't start with {LOADER}: this packages amd64 alone")
    return dict(sorted(found.items()))


def _owner_lines(paths: list[str]) -> str:
    # Ends with 1 when some path is nobody's, which the caller notices itself.
    return subprocess.run(["dpkg", "-S", *paths], capture_output=True, text=True, env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"}).stdout


def owners(paths: list[Path]) -> dict[Path, str]:
    """The package of each path. Debian's database knows some files by their place before /usr was merged."""
    names = {}
    for path in paths:
        names[str(path)] = path
        if path.parts[1] == "usr":
            names[str(path)[4:]] = path
    found = {}
    for line in _owner_lines(sorted(names)).splitlines():
        package, _, name = line.rpartition(": ")
        if name in names and not package.startswith("diversion"):
            found[names[name]] = package.split(",")[0].split(":")[0]
    return found


def describe(names: set[str]) -> dict[str, DebianPackage]:
    layout = "${Package}\\t${Version}\\t${Architecture}\\t${source:Package} ${source:Version}\\n"
    lines = run("dpkg-query", "-W", "-f", layout, *sorted(names)).splitlines()
    return {line.split("\t")[0]: DebianPackage(*line.split("\t")) for line in lines}


def libraries_by_package(libraries: dict[str, Path]) -> dict[str, DebianPackage]:
    """The Debian package of each library by its name; a library of anything else is refused."""
    owner = owners(list(libraries.values()))
    foreign = [str(path) for path in libraries.values() if path not in owner]
    if foreign:
        raise PackageError(f"not from a Debian package: {', '.join(foreign)}")
    known = describe(set(owner.values()))
    return {name: known[owner[path]] for name, path in libraries.items()}


def header_packages(build: Path, targets: list[str]) -> set[DebianPackage]:
    """The packages whose headers the targets included, which is where header-only libraries come from."""
    inputs = run("ninja", "-C", build, "-t", "inputs", *targets).splitlines()
    objects = [line for line in inputs if line.endswith(".o")]
    if not objects:
        raise PackageError("ninja knows no object of the binaries")
    lines = run("ninja", "-C", build, "-t", "deps", *objects).splitlines()
    paths = {Path(line.strip()) for line in lines if line.startswith("    /usr/")}
    return set(describe(set(owners(sorted(paths)).values())).values())


def copyright_of(package: str) -> Path:
    path = Path("/usr/share/doc") / package / "copyright"
    if not path.is_file():
        raise PackageError(f"{path} is missing: what is shipped goes with its licence; reinstall {package}")
    return path


def dependencies(files: list[Path], folder: Path) -> str:
    """The Depends of a package with these files, as dpkg-shlibdeps reckons it."""
    (folder / "debian").mkdir(parents=True)
    (folder / "debian/control").write_text("Source: adomcp\n\nPackage: adomcp\nArchitecture: any\n")
    return run("dpkg-shlibdeps", "-O", *[f"-e{file}" for file in files], cwd=folder).strip().removeprefix("shlibs:Depends=")
