"""Enforces infra/check/include_table.txt, and that nothing here uses std::regex.

Usage: includes.py [ROOT] | includes.py --self-test
Prints one line a violation, file:line: what is wrong; exit status 1 when there is any.
"""

import pathlib
import re
import sys
import tempfile

TABLE = pathlib.Path(__file__).with_name("include_table.txt")
FOR_EVERYONE = {"observe/log.h", "observe/logging.h", "observe/metrics.h"}  # but for core
SUFFIXES = {".h", ".hpp", ".c", ".cpp"}
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')
COMMENT = re.compile(r'//[^\n]*|/\*.*?\*/|("(?:\\.|[^"\\\n])*")', re.DOTALL)
REGEX_USE = re.compile(r"\b(?:std|boost)::w?regex|#\s*include\s*<(?:boost/)?regex")


class Table:
    def __init__(self, text):
        self.rooms, self.only, self.never = {}, {}, {}
        for number, line in enumerate(text.splitlines(), 1):
            line = line.split("#", 1)[0].strip()
            if not line:
                continue
            key, colon, values = line.rpartition(":")
            words = key.split()
            if not colon or len(words) not in (1, 2):
                raise SystemExit(f"{TABLE.name}:{number}: not understood: {line}")
            kind = {"only": self.only, "never": self.never}[words[0]] if words[1:] else self.rooms
            kind[words[-1]] = values.split()


def without_comments(text):
    """Comments become blank, keeping the lines; string literals stay."""
    return COMMENT.sub(lambda m: m[1] or "\n" * m[0].count("\n"), text)


def place(path):
    """(top folder, room) of a path relative to the root; the room only inside host."""
    if path.parts[0] != "host":
        return path.parts[0], None
    return "host", "main" if len(path.parts) == 2 else path.parts[1]


def room_fault(table, room, header):
    target = header.split("/", 1)[0]
    if "/" not in header or target not in table.rooms:
        return f'"{header}" is not written as "room/file.h"'
    if target in (room, "core") or header in FOR_EVERYONE and room != "core":
        return None
    allowed = table.rooms[room]
    if "*" in allowed or target in allowed:
        return None
    return f"{room} may not include {target}"


def host_fault(table, room, quote, header):
    if room not in table.rooms:
        return f"room {room} is not in {TABLE.name}"
    never, _, excepted = " ".join(table.never.get(room, [])).partition(" except ")
    for prefix in never.split() if header not in excepted.split() else []:
        if header == prefix or prefix.endswith("/") and header.startswith(prefix):
            return f"{room} may not include {header}"
    if header.startswith("adomcp/"):
        allowed = "sdk" in table.rooms[room] or "*" in table.rooms[room]
        return None if allowed else f"{room} may not include the sdk"
    return room_fault(table, room, header) if quote == '"' else None


def include_fault(table, path, quote, header):
    top, room = place(path)
    if ".." in header.split("/"):
        return f"{header} climbs out of its folder"
    for prefix, rooms in table.only.items():
        if header.startswith(prefix) and room not in rooms:
            return f"{prefix} is only for {' '.join(rooms)}"
    if top == "host":
        return host_fault(table, room, quote, header)
    if header.startswith("host/") or header.split("/", 1)[0] in table.rooms and "/" in header:
        return f"{top} may not include {header} of the host"
    return None


def check(root, table):
    found = []
    for top in ("host", "sdk", "plugins"):
        for file in sorted((root / top).rglob("*")):
            if file.suffix not in SUFFIXES:
                continue
            path = file.relative_to(root)
            text = without_comments(file.read_text(encoding="utf-8"))
            for number, line in enumerate(text.splitlines(), 1):
                include = INCLUDE.match(line)
                fault = include and include_fault(table, path, *include.groups())
                if not fault and REGEX_USE.search(line):
                    fault = "std::regex never sees input here; use RE2"
                if fault:
                    found.append(f"{path}:{number}: {fault}")
    return found


PLANTED = {  # file, its content, the fault expected at line 1 (None: clean)
    "host/main.cpp": ('#include "app/app.h"', None),
    "host/app/app.h": ('#include "http/server.h"', None),
    "host/http/good.cpp": ('#include "transport/endpoint.h"\n#include <Poco/Net/Socket.h>', None),
    "host/http/bad.cpp": ('#include "policy/policy.h"', "http may not include policy"),
    "host/mcp/good.cpp": ('#include "core/result.h"\n#include "observe/log.h"', None),
    "host/mcp/count.cpp": ('#include "observe/metrics.h"', None),
    "host/core/count.cpp": ('#include "observe/metrics.h"', "core may not include observe"),
    "host/mcp/net.cpp": ("#include <Poco/Net/Socket.h>", "Poco/Net/ is only for"),
    "host/mcp/sdk.cpp": ("#include <adomcp/plugin.h>", "mcp may not include the sdk"),
    "host/mcp/short.cpp": ('#include "server.h"', "is not written as"),
    "host/mcp/climb.cpp": ('#include "../core/result.h"', "climbs out"),
    "host/mcp/dll.cpp": ("#include <boost/dll/shared_library.hpp>", "boost/dll is only for"),
    "host/mcp/yaml.cpp": ("#include <yaml-cpp/yaml.h>", "yaml-cpp/ is only for"),
    "host/mcp/pattern.cpp": ("std::regex pattern;", "std::regex never"),
    "host/mcp/spoken.cpp": ("// std::regex is slow\n/* #include <regex>\n */", None),
    "host/mcp/metrics.cpp": ('#include "observe/series.h"', "mcp may not include observe"),
    "host/core/log.cpp": ('#include "observe/log.h"', "core may not include observe/log.h"),
    "host/policy/log.cpp": ('#include "observe/log.h"', "policy may not include observe/log.h"),
    "host/policy/link.cpp": ("#include <adomcp/run_link.hpp>", None),
    "host/policy/sdk.cpp": ("#include <adomcp/call.hpp>", "policy may not include adomcp/call.hpp"),
    "host/policy/time.cpp": ("#include <chrono>", "policy may not include chrono"),
    "host/plugin_host/good.cpp": ("#include <boost/dll.hpp>\n#include <adomcp/plugin.h>", None),
    "host/attic/lost.cpp": ('#include "core/result.h"', "room attic is not in"),
    "sdk/include/adomcp/bad.hpp": ('#include "core/result.h"', "sdk may not include"),
    "plugins/good/good.cpp": ('#include "rows.h"\n#include <adomcp/plugin.hpp>', None),
    "plugins/bad/bad.cpp": ('#include "host/mcp/server.h"', "plugins may not include"),
    "plugins/bad/net.cpp": ("#include <Poco/Net/Socket.h>", "Poco/Net/ is only for"),
}


def self_test(table):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, (text, _) in PLANTED.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text + "\n", encoding="utf-8")
        found = {}
        for line in check(root, table):
            found.setdefault(line.split(":", 1)[0], []).append(line)
    wrong = []
    for name, (_, fault) in PLANTED.items():
        lines = found.get(name, [])
        good = len(lines) == 1 and fault in lines[0] if fault else not lines
        if not good:
            wrong.append(f"self-test: {name}: expected {fault}, found {lines}")
    return wrong


def main(arguments):
    table = Table(TABLE.read_text(encoding="utf-8"))
    if arguments == ["--self-test"]:
        faults = self_test(table)
    else:
        faults = check(pathlib.Path(arguments[0] if arguments else "."), table)
    print(*faults, sep="\n", end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
