"""What is made of the rounds, and what is read of a process."""

import contextlib
import io
import os
import pathlib
import subprocess
import sys
import tempfile
import types
import unittest

import bench
import measure
import servers


def result(name, rates, errors=(0, 0, 0)):
    rounds = [{"requests_per_second": rate, "p50_ms": 1, "p99_ms": 2, "errors": wrong,
               "requests_per_processor_second": 9} for rate, wrong in zip(rates, errors)]
    return {"server": types.SimpleNamespace(name=name, wire="2026-07-28"), "rounds": {16: rounds},
            "startup_ms": [5, 6, 7], "idle_mib": [1, 1, 1], "loaded_mib": [2], "peak_mib": [3], "errors": 0}


class Rounds(unittest.TestCase):
    def test_a_ratio_is_taken_in_each_round(self):
        ours, base = result("a", [10, 40, 90]), result("b", [10, 20, 30])
        self.assertEqual(measure.ratios(ours, base, 16), [1, 2, 3])
        self.assertEqual(measure.figures([ours, base], [base])["a, 16: to b"]["median"], 2)

    def test_a_round_without_answers_gives_no_ratio(self):
        self.assertEqual(measure.ratios(result("a", [10, 40]), result("b", [0, 20]), 16), [2])
        self.assertEqual(measure.ratio_cell(result("a", [10]), result("b", [0]), 16), "-")

    def test_figures(self):
        made = measure.figures([result("a", [10, 40, 90], errors=(0, 3, 0))], [])
        self.assertEqual(made["a, 16: requests"]["rounds"], [10, 40, 90])
        self.assertEqual(made["a, 16: errors"]["rounds"], [0, 3, 0])
        self.assertEqual(made["a: start to first answer"]["spread"], 2)
        self.assertEqual({each["better"] for key, each in made.items() if "requests" in key}, {"more"})
        self.assertFalse([key for key in made if " to " in key and "first answer" not in key])

    def test_the_table_shows_errors_and_the_wire(self):
        out = io.StringIO()
        ours, base = result("a", [10, 40, 90], errors=(1, 3, 0)), result("b", [10, 20, 30])
        with contextlib.redirect_stdout(out):
            measure.print_tables([ours, base], [base])
        row = next(line for line in out.getvalue().splitlines() if line.startswith("a "))
        self.assertEqual(row.split(), ["a", "2026-07-28", "40", "2.00", "1.00", "2.00", "9", "4"])


class Options(unittest.TestCase):
    def test_connections(self):
        self.assertEqual(bench.connections("64,1,16,1"), [1, 16, 64])
        for text in ("", "0", "a", "1,,2", "-1", "257"):
            with self.subTest(text), self.assertRaises(ValueError):
                bench.connections(text)


class Processes(unittest.TestCase):
    def test_ticks_are_found_behind_any_name(self):
        fields = " ".join(str(each) for each in range(4, 30))
        self.assertEqual(servers.ticks_of(f"1 (a) b) ( c) S {fields}"), 14 + 15 + 16 + 17)

    def test_children_are_counted(self):
        with tempfile.TemporaryDirectory() as folder:
            server = servers.Server("parent", [], pathlib.Path(folder))
            # The child says when it is there, and ends with its input.
            server.process = subprocess.Popen(
                [sys.executable, "-c", "import subprocess, sys; subprocess.run([sys.executable, '-c',"
                 "'x = bytearray(64 << 20); print(1, flush=True); input()'])"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            try:
                server.process.stdout.readline()
                self.assertEqual(len(server.tree()), 2)
                self.assertGreater(server.memory()[0], 64)
                self.assertGreaterEqual(server.processor_seconds(), 0)
            finally:
                server.process.communicate(b"\n", timeout=30)

    def test_its_own_time_is_counted(self):
        with tempfile.TemporaryDirectory() as folder:
            server = servers.Server("me", [], pathlib.Path(folder))
            server.process = types.SimpleNamespace(pid=os.getpid())
            before = server.processor_seconds()
            while server.processor_seconds() <= before:  # until it has used a tick more
                pass


if __name__ == "__main__":
    unittest.main()
