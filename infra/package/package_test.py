"""The parts of the packing that need no build. ./dev check runs it."""

import os
import re
import shutil
import sys
import tempfile
import unittest
import zipfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import debian_packages  # noqa: E402
import debs  # noqa: E402
import functions_zip  # noqa: E402
import sbom  # noqa: E402
import stage  # noqa: E402

EPOCH = 1700000000


class InAFolder(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)

    def file(self, name: str, content: str = "x") -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
        return path


class Pins(InAFolder):
    def test_below_the_library_with_the_hash_of_what_is_shipped(self) -> None:
        self.file("a.so", "one")
        text = "plugins:\n  - id: a\n    library: a.so\n    tools: [x]\n"
        wanted = text.replace("a.so\n", f"a.so\n    sha256: {stage.sha256(self.folder / 'a.so')}\n")
        self.assertEqual(wanted, stage.pin(text, self.folder))

    def test_replaces_an_old_pin(self) -> None:
        self.file("a.so", "two")
        pinned = stage.pin(f"  - id: a\n    library: a.so\n    sha256: {'0' * 64}\n", self.folder)
        self.assertEqual([stage.sha256(self.folder / "a.so")], re.findall(r"sha256: (\w+)", pinned))

    def test_a_library_that_was_not_built(self) -> None:
        with self.assertRaisesRegex(stage.PackageError, "gone.so"):
            stage.pin("    library: gone.so\n", self.folder)

    def test_every_library_is_declared(self) -> None:
        for source in stage.declarations():
            for name in re.findall(r"library: (\S+)", source.read_text()):
                self.file(f"plugins/{name}")
        stage.pinned_plugins(self.folder / "plugins", self.folder / "good")
        for path in (self.folder / "good").iterdir():
            self.assertRegex(path.read_text(), r"sha256: [0-9a-f]{64}\n")
        self.file("plugins/stowaway.so")
        with self.assertRaisesRegex(stage.PackageError, "stowaway.so"):
            stage.pinned_plugins(self.folder / "plugins", self.folder / "bad")


class Zips(InAFolder):
    def make(self, name: str, files: list[str], mask: int) -> bytes:
        previous = os.umask(mask)
        try:
            for file in files:
                self.file(f"{name}/{file}", file)
        finally:
            os.umask(previous)
        (self.folder / name / "lib/loader").chmod(0o750)
        stage.settle(self.folder / name, EPOCH)
        functions_zip.write(self.folder / name, self.folder / f"{name}.zip", EPOCH)
        return (self.folder / f"{name}.zip").read_bytes()

    def test_the_same_bytes_whatever_the_order_mask_and_time(self) -> None:
        files = ["lib/loader", "bin/b", "config/a.yaml", "config/z/c.yaml"]
        one = self.make("one", files, 0o022)
        self.assertEqual(one, self.make("two", files[::-1], 0o077))

    def test_run_bits_and_times_are_in_it(self) -> None:
        self.make("tree", ["lib/loader", "bin/b"], 0o022)
        with zipfile.ZipFile(self.folder / "tree.zip") as archive:
            entries = {entry.filename: entry for entry in archive.infolist()}
        self.assertEqual(["bin/b", "lib/loader"], list(entries))
        self.assertEqual(0o100755, entries["lib/loader"].external_attr >> 16)
        self.assertEqual(0o100644, entries["bin/b"].external_attr >> 16)
        self.assertEqual({(2023, 11, 14, 22, 13, 20)}, {entry.date_time for entry in entries.values()})


class Settled(InAFolder):
    def test_a_folder_for_everybody_stays_one_and_no_other_becomes_it(self) -> None:
        for name, mode in {"tree/tmp": 0o1777, "tree/etc": 0o777}.items():
            (self.folder / name).mkdir(parents=True)
            (self.folder / name).chmod(mode)
        stage.settle(self.folder / "tree", EPOCH)
        modes = {path.name: path.stat().st_mode & 0o7777 for path in (self.folder / "tree").iterdir()}
        self.assertEqual({"tmp": 0o1777, "etc": 0o755}, modes)


class Libraries(unittest.TestCase):
    def test_the_closure_has_the_loader_and_the_c_library(self) -> None:
        found = debian_packages.closure([Path("/bin/ls")])
        self.assertIn(debian_packages.LOADER, found)
        self.assertIn("libc.so.6", found)
        owner = debian_packages.libraries_by_package(found)
        self.assertEqual("libc6", owner["libc.so.6"].name)
        self.assertRegex(owner["libc.so.6"].source, r"^glibc \d")

    def test_a_library_of_no_package_is_refused(self) -> None:
        with self.assertRaisesRegex(stage.PackageError, "libmine.so"):
            debian_packages.libraries_by_package({"libmine.so": Path("/opt/libmine.so")})


class BuildPaths(InAFolder):
    def build(self, kind: str) -> Path:
        self.file("build/CMakeCache.txt", f"CMAKE_BUILD_TYPE:STRING={kind}\nCMAKE_PROJECT_VERSION:STATIC=1.2.3\n")
        return self.folder / "build"

    def test_a_release_may_not_name_its_folder(self) -> None:
        binary = self.file("binary", f"...{self.folder}/build/x.cpp...")
        with self.assertRaisesRegex(stage.PackageError, "folder it was built in"):
            stage.no_build_paths(binary, self.build("Release"))
        stage.no_build_paths(binary, self.build("Debug"))
        stage.no_build_paths(self.file("clean", "..."), self.build("Release"))

    def test_the_version_is_the_project_s(self) -> None:
        self.assertEqual("1.2.3", stage.version_of(self.build("Release")))


class Documents(InAFolder):
    def test_the_changelog_is_of_the_commit(self) -> None:
        self.assertIn(">  Tue, 14 Nov 2023 22:13:20 +0000\n", debs.changelog("1.2.3", EPOCH))

    def test_the_licence_is_whole(self) -> None:
        words = (stage.SOURCE / "LICENSE").read_text().split("\n\n", 2)[2].split()
        self.assertEqual(words, debs.machine_copyright().split("License: Expat\n")[-1].replace("\n .\n", "\n").split())

    def test_the_sbom_names_every_file_and_every_package_once(self) -> None:
        self.file("tree/lib/libc.so.6", "library")
        self.file("tree/host.json", "{}")
        archive = self.file("adomcp-functions.zip", "zip")
        libc = debian_packages.DebianPackage("libc6", "2.36-9+deb12u1", "amd64", "glibc 2.36-9+deb12u1")
        json = debian_packages.DebianPackage("nlohmann-json3-dev", "3.11.2-2", "all", "nlohmann-json3 3.11.2-2")
        made = sbom.document(self.folder / "tree", {archive: "zip"}, "1.2.3", EPOCH, {"libc.so.6": libc}, {json, libc}, "debian-12")
        self.assertEqual(["./host.json", "./lib/libc.so.6"], [file["fileName"] for file in made["files"]])
        self.assertEqual(["zip", "libc6", "nlohmann-json3-dev"], [package["name"] for package in made["packages"]])
        self.assertIn("pkg:deb/debian/libc6@2.36-9%2Bdeb12u1?", made["packages"][1]["externalRefs"][0]["referenceLocator"])
        ids = [each["SPDXID"] for each in made["packages"] + made["files"]] + [made["SPDXID"]]
        self.assertEqual(len(ids), len(set(ids)))
        for relation in made["relationships"]:
            self.assertIn(relation["spdxElementId"], ids)
            self.assertIn(relation["relatedSpdxElement"], ids)


if __name__ == "__main__":
    unittest.main(verbosity=0)
