"""adomcp and adomcp-sdk as Debian packages, made with dpkg-deb."""

import gzip
import hashlib
import re
import shutil
import time
from pathlib import Path

import debian_packages
import stage

HERE = Path(__file__).resolve().parent
MAINTAINER = "The adomcp authors <adomcp@noreply.invalid>"
DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def write_gzip(target: Path, text: str) -> None:
    """Without name and time, which gzip would put into the file."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))


def changelog(version: str, epoch: int) -> str:
    when = time.gmtime(epoch)
    date = f"{DAYS[when.tm_wday]}, {when.tm_mday:02} {MONTHS[when.tm_mon - 1]} {time.strftime('%Y %H:%M:%S', when)} +0000"
    return f"adomcp ({version}) unstable; urgency=medium\n\n  * See the history of the sources.\n\n -- {MAINTAINER}  {date}\n"


def machine_copyright() -> str:
    """LICENSE in the form that Debian's tools read."""
    _, holder, *text = re.split(r"\n\n", stage.SOURCE.joinpath("LICENSE").read_text().strip())
    body = "\n .\n".join("\n".join(f" {line}" for line in part.splitlines()) for part in text)
    return (
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n"
        f"Upstream-Name: adomcp\n\nFiles: *\n{holder}\nLicense: Expat\n\nLicense: Expat\n{body}\n"
    ).replace("Copyright (c)", "Copyright:")


class Deb:
    """One package that is being put together below `root`."""

    def __init__(self, name: str, architecture: str, version: str, root: Path, epoch: int):
        self.name, self.architecture, self.version, self.root, self.epoch = name, architecture, version, root, epoch
        documents = root / "usr/share/doc" / name
        write_gzip(documents / "changelog.gz", changelog(version, epoch))
        (documents / "copyright").write_text(machine_copyright())

    def write(self, folder: Path, fields: dict[str, str], description: str) -> Path:
        """The finished package in folder."""
        control = self.root / "DEBIAN"
        control.mkdir(exist_ok=True)
        paths = sorted(path for path in self.root.rglob("*") if control not in path.parents and path != control)
        files = [path for path in paths if path.is_file() and not path.is_symlink()]
        conffiles = [path for path in files if path.relative_to(self.root).parts[0] == "etc"]
        if conffiles:
            (control / "conffiles").write_text("".join(f"/{path.relative_to(self.root)}\n" for path in conffiles))
        sums = [f"{hashlib.md5(path.read_bytes()).hexdigest()}  {path.relative_to(self.root)}\n" for path in files if path not in conffiles]
        (control / "md5sums").write_text("".join(sums))
        size = sum((path.stat().st_size + 1023) // 1024 if path in files else 1 for path in paths)
        every = {
            "Package": self.name, "Version": self.version, "Architecture": self.architecture, "Maintainer": MAINTAINER,
            "Installed-Size": str(size), **fields, "Description": description,
        }  # fmt: skip
        (control / "control").write_text("".join(f"{key}: {value}\n" for key, value in every.items()))
        stage.settle(self.root, self.epoch)
        target = folder / f"{self.name}_{self.version}_{self.architecture}.deb"
        # One thread: how many there are decides where a compressed block ends.
        stage.run("dpkg-deb", "--root-owner-group", "-Zxz", "--threads-max=1", "--build", self.root, target)
        return target


def config_for_etc(text: str) -> str:
    return text.replace("$schema=../schema.json", "$schema=/usr/share/adomcp/schema.json").replace(
        "$schema=schema.json", "$schema=/usr/share/adomcp/schema.json"
    )


def host_package(build: Path, root: Path, folder: Path, epoch: int) -> Path:
    version = stage.version_of(build)
    stage.installed(build, root, "host")
    etc, share = root / "etc/adomcp", root / "usr/share"
    stage.pinned_plugins(root / "usr/lib/adomcp/plugins", etc / "plugins.d")
    shutil.copyfile(stage.SOURCE / "config/azure.yaml", etc / "adomcp.yaml")
    for path in [*etc.rglob("*.yaml"), *etc.rglob("*.yaml.example")]:
        path.write_text(config_for_etc(path.read_text()))
    (root / "etc/default").mkdir()
    shutil.copyfile(HERE / "debian/default", root / "etc/default/adomcp")
    (share / "adomcp").mkdir(parents=True)
    shutil.copyfile(stage.SOURCE / "config/schema.json", share / "adomcp/schema.json")
    examples = share / "doc/adomcp/examples"
    examples.mkdir(parents=True)
    for name in ["local.yaml", "reference.yaml"]:
        (examples / name).write_text(config_for_etc((stage.SOURCE / "config" / name).read_text()))
    units = root / "lib/systemd/system"
    units.mkdir(parents=True)
    shutil.copyfile(stage.SOURCE / "infra/systemd/adomcp.service", units / "adomcp.service")
    write_gzip(share / "man/man1/adomcp.1.gz", (HERE / "adomcp.1").read_text())
    (root / "DEBIAN").mkdir()
    for name in ["postinst", "prerm", "postrm"]:
        shutil.copyfile(HERE / "debian" / name, root / "DEBIAN" / name)
        (root / "DEBIAN" / name).chmod(0o755)
    binaries = [root / "usr/bin/adomcp", *sorted((root / "usr/lib/adomcp/plugins").glob("*.so"))]
    needs = debian_packages.dependencies(binaries, root.with_name("shlibdeps"))
    fields = {"Depends": f"ca-certificates, {needs}", "Section": "net", "Priority": "optional"}
    return Deb("adomcp", "amd64", version, root, epoch).write(folder, fields, (HERE / "debian/adomcp.description").read_text().strip())


def sdk_package(build: Path, root: Path, folder: Path, epoch: int) -> Path:
    stage.installed(build, root, "sdk")
    documents = root / "usr/share/doc/adomcp-sdk"
    documents.mkdir(parents=True)
    write_gzip(documents / "README.md.gz", (stage.SOURCE / "sdk/README.md").read_text())
    fields = {
        "Depends": "nlohmann-json3-dev", "Recommends": "cmake, g++", "Suggests": "adomcp",
        "Section": "libdevel", "Priority": "optional",
    }  # fmt: skip
    text = (HERE / "debian/adomcp-sdk.description").read_text().strip()
    return Deb("adomcp-sdk", "all", stage.version_of(build), root, epoch).write(folder, fields, text)
