"""The form of a report, and two of them beside each other."""

import contextlib
import io
import json
import pathlib
import tempfile
import unittest

import compare
import report


def whole(section="calls", machine="one", **figures):
    return {"sections": {section: {"commit": "c", "machine": machine, "figures": figures}}}


class Figures(unittest.TestCase):
    def test_one(self):
        self.assertEqual(report.figure("ms", [3, 1, 2.5], "less"),
                         {"unit": "ms", "better": "less", "median": 2.5, "spread": 2, "rounds": [3, 1, 2.5]})

    def test_one_round_has_no_spread_unless_it_is_exact(self):
        self.assertIsNone(report.figure("", [1])["spread"])
        self.assertEqual(report.figure("", [1], exact=True)["spread"], 0)

    def test_a_section_says_where_it_is_from(self):
        part = report.section({"a": report.figure("", [1])}, streams=7)
        self.assertEqual(set(part), {"commit", "when", "machine", "figures", "streams"})
        self.assertEqual(set(part["machine"]), {"processor", "processors", "memory_gib", "system", "kernel"})
        json.dumps(part)


class Files(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name) / "report.json"

    def test_a_section_goes_beside_the_others_and_in_place_of_its_older_self(self):
        report.merge(self.path, "calls", report.section({"a": report.figure("", [1])}))
        report.merge(self.path, "streams", report.section({"b": report.figure("", [2])}))
        report.merge(self.path, "calls", report.section({"c": report.figure("", [3])}))
        sections = report.load(self.path)["sections"]
        self.assertEqual({name: list(each["figures"]) for name, each in sections.items()},
                         {"calls": ["c"], "streams": ["b"]})
        self.assertEqual([self.path], list(self.path.parent.iterdir()))

    def test_another_file_is_refused_and_left_alone(self):
        for text in ("", "[]", '{"sections": []}', '{"sections": {"a": {}}}', '{"a": 1}', '{"sections": {"a": 1}}'):
            self.path.write_text(text)
            with self.subTest(text), self.assertRaisesRegex(SystemExit, "is no report"):
                report.merge(self.path, "calls", report.section({}))
            self.assertEqual(self.path.read_text(), text)

    def test_a_missing_file_is_said(self):
        with self.assertRaisesRegex(SystemExit, "is not there"):
            report.load(self.path)


class Compared(unittest.TestCase):
    def test_verdicts(self):
        table = [  # rounds before, rounds after, better, verdict
            ([10, 11, 12], [20, 21, 22], "more", "better"),
            ([10, 11, 12], [20, 21, 22], "less", "worse"),
            ([20, 21, 22], [10, 11, 12], "more", "worse"),
            ([20, 21, 22], [10, 11, 12], "less", "better"),
            ([10, 11, 12], [20, 21, 22], "", "other"),
            ([10, 11, 12], [12, 13, 14], "more", "same"),  # as far apart as the rounds, not further
            ([10, 10, 10], [5, 11, 17], "more", "same"),  # one run alone was that restless
            ([0, 0, 0], [0, 0, 0], "less", "same"),
            ([10], [20, 21, 22], "more", "one round"),
            ([10, 11], [20], "more", "one round"),
        ]
        for before, after, better, expected in table:
            with self.subTest(before=before, after=after, better=better):
                figures = (report.figure("", rounds, better) for rounds in (before, after))
                self.assertEqual(compare.verdict(*figures), expected)

    def test_what_is_exact_differs_by_any_bit(self):
        before, after = (report.figure("", [each], "more", exact=True) for each in (0.90, 0.91))
        self.assertEqual(compare.verdict(before, after), "better")

    def test_only_what_both_have_is_compared(self):
        first = whole(a=report.figure("", [1]), b=report.figure("", [1]))
        second = whole(b=report.figure("", [2]), c=report.figure("", [1]))
        second["sections"]["streams"] = {"figures": {"d": report.figure("", [1])}}
        both, lone = compare.rows(first, second)
        self.assertEqual([(name, key) for name, key, _, _ in both], [("calls", "b")])
        self.assertEqual(sorted(lone), [("calls", "a"), ("calls", "c"), ("streams", "d")])

    def test_other_machines_and_options_are_said(self):
        first, second = whole(), whole(machine="two")
        self.assertEqual(list(compare.warnings(first, whole())), [])
        second["sections"]["calls"]["streams"] = 7
        self.assertEqual([text.split()[1] for text in compare.warnings(first, second)], ["`machine`", "`streams`"])

    def test_the_table(self):
        first = whole(speed=report.figure("req/s", [100, 101, 102], "more"), none=report.figure("", [0], exact=True))
        second = whole(speed=report.figure("req/s", [200, 202, 204], "more"), none=report.figure("", [0], exact=True))
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            compare.print_table(first, second)
        self.assertRegex(out.getvalue(), r"speed +101 +202 +2\.00 req/s +better")
        self.assertIn("2 figures: 1 better, 0 worse, 1 same", out.getvalue())


if __name__ == "__main__":
    unittest.main()
