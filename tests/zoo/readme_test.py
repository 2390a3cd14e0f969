"""The table of README.md names every animal here, no other, and tests that are there."""

import pathlib
import re
import unittest

HERE = pathlib.Path(__file__).resolve().parent
TESTS = HERE.parent
TEXT = (HERE / "README.md").read_text()
MADE_BY_CMAKE = {"text"}


def animals():
    """A file or a folder for each; helpers of several are headers."""
    files = {file.stem for pattern in ("*.c", "*.cpp") for file in HERE.glob(pattern)}
    folders = {folder.parent.name for folder in HERE.glob("*/*.cpp")}
    return files | folders | MADE_BY_CMAKE


def rows():
    """name -> the other columns"""
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in TEXT.splitlines()
             if line.startswith("| `")]
    return {row[0].strip("`"): row[1:] for row in cells}


class Readme(unittest.TestCase):
    def test_the_table_lists_every_animal_and_no_other(self):
        names = re.findall(r"^\| `(\w+)`", TEXT, re.MULTILINE)
        self.assertEqual(names, sorted(set(names)), "in the order of the alphabet, each once")
        self.assertGreater(len(names), 30)
        self.assertEqual(animals() - set(names), set(), "add a row for these to tests/zoo/README.md")
        self.assertEqual(set(names) - animals(), set(), "these rows of tests/zoo/README.md are of nothing")

    def test_every_animal_is_built(self):
        cmake = (HERE / "CMakeLists.txt").read_text()
        for name in animals():
            self.assertRegex(cmake, rf"\b(zoo_)?{name}\b", name)

    def test_every_row_has_a_promise_and_a_test(self):
        for name, row in rows().items():
            self.assertEqual(len(row), 3, name)
            self.assertTrue(all(row), name)
            self.assertRegex(row[2], r"^`[^`]+`$", name)

    def test_every_test_that_is_named_is_there(self):
        sources = "".join(file.read_text() for file in (TESTS / "unit/plugin_host").rglob("*.cpp"))
        there = {f"{suite}.{name}" for suite, name in
                 re.findall(r"^TEST(?:_[FP])?\((\w+),\s*(\w+)\)", sources, re.MULTILINE)}
        named = re.findall(r"`(\w+\.[A-Z]\w+)`", TEXT)
        self.assertGreater(len(named), 30)
        self.assertEqual(set(named) - there, set())
        for path, test in re.findall(r"`(\w+/\w+\.py): (\w+)`", TEXT):
            self.assertIn(f"def {test}(", (TESTS / path).read_text())


if __name__ == "__main__":
    unittest.main()
