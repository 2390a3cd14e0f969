"""The bytes of sdk/include/adomcp/plugin.h against the golden file. ADOMCP_LAYOUT is the program
that prints them."""

import difflib
import os
import pathlib
import re
import subprocess
import unittest

HERE = pathlib.Path(__file__).resolve().parent
HEADER = HERE.parents[1] / "sdk/include/adomcp/plugin.h"
GOLDEN = HERE / "plugin_h_0.txt"

MEANING = """
plugin.h has changed in its bytes, and plugins out there were built with the old ones.
- A field appended at the end of a struct that has struct_size (a new line, a greater size), or a new
  constant: raise ADOMCP_ABI_MINOR, have the host read the field only where ADOMCP_HAS says it is
  there, keep a binary of the revision before (kept/README.md), and write this into plugin_h_0.txt.
- Anything else, as a field that moved, went or changed its size: every plugin breaks. It needs
  ADOMCP_ABI_MAJOR + 1 and a golden file of its own; better, append a field instead.
"""


def layout():
    said = subprocess.run([os.environ["ADOMCP_LAYOUT"]], capture_output=True, text=True, check=True)
    return said.stdout.splitlines()


def code():
    """The header without comments."""
    return re.sub(r"/\*.*?\*/", "", HEADER.read_text(), flags=re.DOTALL)


def declared_fields(body):
    """Names of a struct's fields in order; `a, b` are two, and a pointer to function is one."""
    fields = []
    for line in body.split(";"):
        pointer = re.search(r"\(\*(\w+)\)\s*\(", line)
        if pointer:
            fields.append(pointer.group(1))
        elif line.strip():
            first, *others = line.split(",")
            fields += [first.split()[-1].lstrip("*"), *(one.strip() for one in others)]
    return fields


class Abi(unittest.TestCase):
    maxDiff = None

    def test_no_byte_has_moved(self):
        golden = GOLDEN.read_text().splitlines()
        now = layout()
        difference = "\n".join(difflib.unified_diff(golden, now, str(GOLDEN.name), "plugin.h", n=1))
        self.assertEqual(golden, now, f"\n{difference}\n{MEANING}")

    def test_every_struct_and_field_is_looked_at(self):
        declared = []
        structs = re.findall(r"typedef struct (\w+) \{(.*?)\} \1;", code(), re.DOTALL)
        self.assertGreaterEqual(len(structs), 6)
        for name, body in structs:
            declared += [name, *(f"{name}.{field}" for field in declared_fields(body))]
        printed, struct = [], ""
        for line in layout():
            word = line.split()
            if word[0] == "struct":
                struct = word[1]
                printed.append(struct)
            elif line.startswith("  "):
                printed.append(f"{struct}.{word[0]}")
        self.assertEqual(declared, printed, "layout.c must print what plugin.h declares")

    def test_every_constant_is_looked_at(self):
        enums = "".join(re.findall(r"enum \{(.*?)\};", code(), re.DOTALL))
        names = set(re.findall(r"\bADOMCP_\w+", enums))
        printed = {line.split()[0] for line in layout() if line.startswith("ADOMCP_")}
        self.assertGreaterEqual(len(names), 19)
        self.assertEqual(printed - names, {"ADOMCP_ABI_MAJOR", "ADOMCP_ABI_MINOR"})
        self.assertEqual(names - printed, set(), "layout.c must print every constant")


if __name__ == "__main__":
    unittest.main()
