"""Which peers are there, and when a picture is drawn."""

import contextlib
import io
import pathlib
import sys
import tempfile
import types
import unittest
from unittest import mock

import peer_builds
import peers


def result(name):
    one_round = {"requests_per_second": 9, "p99_ms": 1}
    return {"server": types.SimpleNamespace(name=name), "rounds": {1: [one_round], 16: [one_round]}}


def said(function, *arguments):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        given = function(*arguments)
    return given, out.getvalue()


class Builds(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def need(self, here):
        file = self.folder / "go.mod"
        file.write_text("module a\n\ngo 1.25.0\n")
        peer_builds.need_version([sys.executable, "-c", f"print({here!r})"], file, r"^go (\S+)$")

    def test_an_older_compiler_is_skipped(self):
        for here in ("go1.25", "go1.26.8", "cargo 2.0.0 (f2d3ce0bd 2026-03-21)"):
            self.need(here)
        for here in ("go1.24.9", "cargo 1.9.0"):
            with self.subTest(here), self.assertRaisesRegex(peer_builds.Skipped, f"wants 1.25.0, here is {here}"):
                self.need(here)

    def test_what_each_file_asks_for_is_found(self):
        for file, pattern in (("rmcp/Cargo.toml", peer_builds.RUST), ("go/go.mod", peer_builds.GO)):
            with self.subTest(file), self.assertRaises(peer_builds.Skipped):
                peer_builds.need_version([sys.executable, "-c", "print('0.1')"], peer_builds.PEERS / file, pattern)

    def test_a_skip_is_one_line(self):
        with mock.patch.object(peer_builds, "USUAL_PLACES", ()), mock.patch.dict("os.environ", PATH=str(self.folder)):
            made, text = said(peer_builds.make, ["rmcp", "go-sdk", "nginx", "full"], self.folder)
        self.assertEqual(made, [])
        self.assertEqual(text, "rmcp: SKIPPED: no cargo is installed here\ngo-sdk: SKIPPED: no go is installed here\n"
                               "nginx: SKIPPED: no nginx is installed here\n")


class Picture(unittest.TestCase):
    def draw(self, *names):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "new" / "a.svg"
            _, text = said(peers.draw, [result(name) for name in names], path)
            return text, path.read_text() if path.exists() else None

    def test_all_that_matter_are_in_it(self):
        text, picture = self.draw("adomcp full", "rmcp", "go-sdk")
        self.assertIn("wrote ", text)
        self.assertEqual(picture.count("<polyline"), 6)

    def test_else_there_is_none(self):
        self.assertEqual(self.draw("adomcp full", "go-sdk"), ("no picture: rmcp must be in it\n", None))
        self.assertEqual(self.draw("adomcp full"), ("no picture: rmcp and go-sdk must be in it\n", None))


class Options(unittest.TestCase):
    def test_all_unless_named(self):
        self.assertEqual(peers.parse([]).servers, [*peers.OURS, *peer_builds.MAKERS])
        self.assertEqual(peers.parse([]).connections, [1, 16, 64, 256])
        self.assertEqual(peers.parse(["rmcp", "full"]).servers, ["rmcp", "full"])
        with contextlib.redirect_stderr(io.StringIO()), self.assertRaises(SystemExit):
            peers.parse(["apache"])


if __name__ == "__main__":
    unittest.main()
