#!/usr/bin/env python3
"""Writes sdk/include/adomcp/invisible.hpp: the characters that text from outside loses.

usage: invisible_characters.py [FOLDER] > sdk/include/adomcp/invisible.hpp

FOLDER holds the Unicode Character Database, as Debian's package unicode-data puts it into
/usr/share/unicode (the default).
"""
import pathlib
import re
import sys

STAY = {0x09, 0x0A}  # tab and line feed
# Characters of other properties that fonts draw as nothing: the blank Braille pattern, the null
# notehead, the object replacement character; joiners and fillers of Tifinagh, Brahmi, Egyptian
# hieroglyphs and Khitan.
DRAWN_AS_NOTHING = {0x2800, 0x1D159, 0xFFFC, 0x2D7F, 0x1107F, 0x13440, 0x16FE4}
LEFT_OUT = ("Cc", "Cf", "Co", "Zl", "Zp")


def general_categories(folder):
    """Yields (code point, category), ranges of UnicodeData.txt included."""
    first = None
    for line in (folder / "UnicodeData.txt").read_text(encoding="ascii").splitlines():
        code, name, category = line.split(";")[:3]
        if name.endswith(", First>"):
            first = int(code, 16)
            continue
        start = int(code, 16) if first is None else first
        first = None
        for point in range(start, int(code, 16) + 1):
            yield point, category


def with_property(folder, wanted):
    for line in (folder / "DerivedCoreProperties.txt").read_text(encoding="utf-8").splitlines():
        match = re.match(r"([0-9A-F]+)(?:\.\.([0-9A-F]+))?\s*;\s*(\w+)", line)
        if match and match[3] == wanted:
            yield from range(int(match[1], 16), int(match[2] or match[1], 16) + 1)


def noncharacters():
    yield from range(0xFDD0, 0xFDF0)
    for plane in range(17):
        yield from (plane << 16 | 0xFFFE, plane << 16 | 0xFFFF)


def ranges(points):
    out = []
    for point in sorted(points):
        if out and out[-1][1] == point - 1:
            out[-1][1] = point
        else:
            out.append([point, point])
    return out


def table(name, points):
    found = ranges(points)
    rows = [f"{{0x{first:X}, 0x{last:X}}}" for first, last in found]
    lines = [f"constexpr std::array<CharacterRange, {len(found)}> {name}{{{{"]
    row = "    "
    for i, text in enumerate(rows):
        text += "," if i + 1 < len(rows) else "}};"
        if len(row) + len(text) > 99:
            lines.append(row.rstrip())
            row = "    "
        row += text + " "
    return "\n".join(lines + [row.rstrip()])


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "/usr/share/unicode")
    head = (folder / "DerivedCoreProperties.txt").read_text(encoding="utf-8").splitlines()[0]
    version = re.search(r"(\d+\.\d+\.\d+)", head)[1]
    categories = dict(general_categories(folder))
    left_out = {point for point, category in categories.items() if category in LEFT_OUT}
    left_out |= set(with_property(folder, "Default_Ignorable_Code_Point"))
    left_out |= set(noncharacters()) | DRAWN_AS_NOTHING
    spaces = {point for point, category in categories.items() if category == "Zs"} - {0x20}
    print(f"""// adomcp/invisible.hpp - characters that a reader can't see or that reorder text. Written
// by infra/unicode/invisible_characters.py from Unicode {version}; don't edit.
#pragma once

#include <array>

namespace adomcp::sdk::detail {{

struct CharacterRange {{
  char32_t from, to;
}};

/// Default_Ignorable_Code_Point, the categories Cc (but tab and line feed), Cf, Co, Zl and Zp,
/// noncharacters, and what fonts draw as nothing.
// clang-format off
{table("kInvisible", left_out - STAY)}

/// Category Zs but the space itself.
{table("kSpaces", spaces)}
// clang-format on

}}  // namespace adomcp::sdk::detail""")


if __name__ == "__main__":
    main()
