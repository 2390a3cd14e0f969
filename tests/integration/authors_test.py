"""The guide for plugin authors, run exactly as it stands: sdk/README.md must not rot."""

import hashlib
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import unittest

from harness import BUILD, ROOT

GUIDE = ROOT / "sdk" / "README.md"
# Of other headers, which the page names.
PARTS = ("argument.hpp", "invisible.hpp", "text.hpp")

# `./dev build` has been done: what is under test is the build of this test. The rest is the real one.
DEV = f"""#!/bin/sh
[ "$1" = build ] && exit 0
exec '{ROOT}/dev' "$@"
"""


def blocks():
    return re.findall(r"^```sh\n(.*?)^```$", GUIDE.read_text(), re.MULTILINE | re.DOTALL)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Folder(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def run_script(self, script, cwd, env=None):
        """Gives (exit code, all that it said); leaves no process of it behind."""
        shell = subprocess.Popen(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=cwd,
            env={**os.environ, **(env or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            said, _ = shell.communicate(timeout=280)
            return shell.returncode, said
        finally:
            try:
                os.killpg(shell.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            shell.wait()


class Guide(Folder):
    def checkout(self):
        """A fresh clone as far as the guide needs one; its home holds nothing yet."""
        checkout = self.folder / "checkout"
        (checkout / "build").mkdir(parents=True)
        (checkout / "dev").write_text(DEV)
        (checkout / "dev").chmod(0o755)
        (checkout / "build" / "release").symlink_to(BUILD)
        (checkout / "tests").symlink_to(ROOT / "tests")
        shutil.copytree(ROOT / "config", checkout / "config")
        (self.folder / "home").mkdir()
        return checkout

    def follow(self, env=None):
        """Runs the guide from its first command to its last; gives what it said."""
        checkout = self.checkout()
        code, said = self.run_script(
            "\n".join(blocks()),
            checkout,
            {
                "HOME": str(self.folder / "home"),
                "SIMULATOR_PORT": str(free_port()),
                "ADOMCP_PORT": str(free_port()),
                "ADOMCP_AUDIT_FILE": str(self.folder / "audit.jsonl"),
                "CMAKE_GENERATOR": "Ninja",
                **(env or {}),
            },
        )
        self.assertEqual(code, 0, said)
        self.assertIn("100% tests passed", said)
        self.assertRegex(said, r"sha256: +[0-9a-f]{64}")
        self.assertIn("demo.yaml: good", said)
        answers = re.findall(r'"summary": "[0-9.]+ came out as \w+"', said)
        self.assertEqual(len(answers), 2, f"by itself, and through the official client: {said}")
        library = (checkout / "config/plugins.d/hello.so").read_bytes()
        pin = hashlib.sha256(library).hexdigest()
        self.assertRegex(said, rf"hello\.yaml:\d+: hello  {'0' * 64} -> {pin}\n")
        declared = (checkout / "config/plugins.d/hello.yaml").read_text()
        self.assertIn(f"    sha256: {pin} # `adomcp pin` writes it\n", declared)
        return said

    def test_every_command_works_as_it_stands(self):
        self.assertGreaterEqual(len(blocks()), 8)
        self.follow()

    def test_a_plugin_by_another_compiler_with_another_library_is_served(self):
        """The interface is C: what std::string is made of on the other side doesn't matter."""
        self.assertIsNotNone(shutil.which("clang++"), "./dev test installs clang and libc++")
        clang = {"CXX": "clang++", "CXXFLAGS": "-stdlib=libc++"}
        self.assertIn("compiler identification is Clang", self.follow(clang))
        plugin = self.folder / "home/hello/build/hello.so"
        code, said = self.run_script(f"ldd '{plugin}'", self.folder)
        self.assertEqual(code, 0, said)
        self.assertIn("libc++.so", said)
        self.assertNotIn("libstdc++", said)

    def test_the_page_names_every_header(self):
        text = GUIDE.read_text()
        for header in (ROOT / "sdk/include/adomcp").rglob("*.h*"):
            part = (header.name in PARTS or header.parent.name == "redact" or
                    "Part of " in header.read_text())
            self.assertTrue(part or f"`{header.name}`" in text, header.name)


class NewPlugin(Folder):
    def make(self, *arguments, cwd=None):
        return self.run_script(
            f"'{ROOT}/dev' new-plugin " + " ".join(f"'{one}'" for one in arguments), cwd or self.folder
        )

    def test_names_are_checked_in_words(self):
        bad = {
            "Hello": "use lower-case letters",
            "1st": "a letter first",
            "a-b": "joined by one _",
            "a__b": "joined by one _",
            "../x": "use lower-case letters",
            "a" * 41: "at most 40",
            "test": "is taken",
        }
        for name, why in bad.items():
            code, said = self.make(name, self.folder / "made")
            self.assertNotEqual(code, 0, name)
            self.assertIn(why, said)
            self.assertFalse((self.folder / "made").exists(), name)
        self.assertIn("needs a name", self.make()[1])

    def test_a_relative_folder_is_the_callers_and_nothing_is_overwritten(self):
        self.assertEqual(self.make("latest_result", "mine")[0], 0)
        made = self.folder / "mine"
        names = {"CMakeLists.txt", "README.md", "latest_result.cpp", "latest_result_test.cpp"}
        self.assertEqual({file.name for file in made.iterdir()}, names | {"latest_result.yaml"})
        self.assertIn("id: latest-result\n", (made / "latest_result.yaml").read_text())
        for file in made.iterdir():
            self.assertNotRegex(file.read_text(), "new[_-]tool")
        code, said = self.make("latest_result", "mine")
        self.assertNotEqual(code, 0)
        self.assertIn("isn't empty", said)

    def test_the_installed_sdk_makes_plugins_alone(self):
        sdk = self.folder / "sdk"
        code, said = self.run_script(
            f"cmake --install '{BUILD}' --component sdk --prefix '{sdk}' && "
            f"'{sdk}/share/adomcp/new_plugin.sh' hello '{self.folder}/hello'",
            self.folder,
        )
        self.assertEqual(code, 0, said)
        self.assertTrue((self.folder / "hello" / "hello.cpp").exists())


if __name__ == "__main__":
    unittest.main(verbosity=2, argv=sys.argv)
