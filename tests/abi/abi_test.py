"""The bytes of the C headers in sdk/include/adomcp against golden files. ADOMCP_LAYOUTS is the
folder of the programs that print them."""

import difflib
import os
import pathlib
import re
import subprocess
import unittest

HERE = pathlib.Path(__file__).resolve().parent
HEADERS = HERE.parents[1] / "sdk/include/adomcp"

PLUGIN_H = """
plugin.h has changed in its bytes, and plugins out there were built with the old ones.
- A field appended at the end of a struct that has struct_size (a new line, a greater size), or a new
  constant: raise ADOMCP_ABI_MINOR, have the host read the field only where ADOMCP_HAS says it is
  there, keep a binary of the revision before (kept/README.md), and write this into plugin_h_0.txt.
- Anything else, as a field that moved, went or changed its size: every plugin breaks. It needs
  ADOMCP_ABI_MAJOR + 1 and a golden file of its own; better, append a field instead.
"""

SERVICES = """
A service has changed in its bytes, and plugins out there were built with the old ones.
- A field appended at the end of a struct that has struct_size, or a new constant: have both sides
  look with ADOMCP_HAS before they use it, and write this into services.txt.
- Anything else: give the changed service a new id ("…/2") in a header of its own, and go on serving
  the old one under the old id.
"""


class Layout:
    """What holds for some headers: the program that prints their bytes, and the golden file."""

    def __init__(self, program, golden, headers, meaning):
        self.golden = HERE / golden
        self.headers = headers
        self.meaning = meaning
        file = pathlib.Path(os.environ["ADOMCP_LAYOUTS"]) / program
        said = subprocess.run([file], capture_output=True, text=True, check=True)
        self.printed = said.stdout.splitlines()

    def code(self):
        """The headers without comments."""
        text = "".join((HEADERS / header).read_text() for header in self.headers)
        return re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)

    def constants(self):
        return {line.split()[0] for line in self.printed if line.startswith("ADOMCP_")}


def layouts():
    services = sorted(header.name for header in HEADERS.glob("*.h") if header.name != "plugin.h")
    yield Layout("abi_layout", "plugin_h_0.txt", ["plugin.h"], PLUGIN_H)
    yield Layout("abi_services", "services.txt", services, SERVICES)


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
        for layout in layouts():
            golden = layout.golden.read_text().splitlines()
            difference = "\n".join(
                difflib.unified_diff(golden, layout.printed, layout.golden.name, "now", n=1)
            )
            with self.subTest(layout.golden.name):
                self.assertEqual(golden, layout.printed, f"\n{difference}\n{layout.meaning}")

    def test_every_struct_and_field_is_looked_at(self):
        for layout in layouts():
            declared = []
            structs = re.findall(
                r"typedef struct (\w+) \{(.*?)\} \1;", layout.code(), re.DOTALL
            )
            self.assertGreaterEqual(len(structs), max(6, len(layout.headers)))
            for name, body in structs:
                declared += [name, *(f"{name}.{field}" for field in declared_fields(body))]
            printed, struct = [], ""
            for line in layout.printed:
                word = line.split()
                if word[0] == "struct":
                    struct = word[1]
                    printed.append(struct)
                elif line.startswith("  "):
                    printed.append(f"{struct}.{word[0]}")
            with self.subTest(layout.golden.name):
                self.assertEqual(declared, printed, "print all that the headers declare")

    def test_every_constant_is_looked_at(self):
        plugin, services = layouts()
        enums = "".join(re.findall(r"enum \{(.*?)\};", plugin.code(), re.DOTALL))
        names = set(re.findall(r"\bADOMCP_\w+", enums))
        self.assertGreaterEqual(len(names), 21)
        self.assertEqual(plugin.constants() - names, {"ADOMCP_ABI_MAJOR", "ADOMCP_ABI_MINOR"})
        self.assertEqual(names - plugin.constants(), set(), "print every constant")

        enums = "".join(re.findall(r"enum \{(.*?)\};", services.code(), re.DOTALL))
        names = set(re.findall(r"\bADOMCP_\w+", enums))
        ids = set(re.findall(r'#define (ADOMCP_\w+) "', services.code()))
        self.assertEqual(len(ids), len(services.headers), "a header has one service")
        self.assertEqual(services.constants(), names | ids, "print every constant and every id")


if __name__ == "__main__":
    unittest.main()
