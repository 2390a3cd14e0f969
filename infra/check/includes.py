"""Enforces infra/check/include_table.txt, and that nothing here uses std::regex.

Usage: includes.py [ROOT] | includes.py --self-test
Prints one line a violation, file:line: what is wrong; exit status 1 when there is any.
"""

import pathlib
import re
import sys
import tempfile

TABLE = pathlib.Path(__file__).with_name("include_table.txt")
SUFFIXES = {".h", ".hpp", ".c", ".cpp"}
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')
COMMENT = re.compile(r'//[^\n]*|/\*.*?\*/|("(?:\\.|[^"\\\n])*")', re.DOTALL)
REGEX_USE = re.compile(r"\b(?:std|boost)::w?regex|#\s*include\s*<(?:boost/)?regex")
SDK = "adomcp"


class Table:
    def __init__(self, text):
        self.rooms, self.only, self.never = {}, {}, {}
        for number, line in joined_lines(text):
            key, colon, values = line.rpartition(":")
            words = key.split()
            if not colon or len(words) not in (1, 2):
                raise SystemExit(f"{TABLE.name}:{number}: not understood: {line}")
            kind = {"only": self.only, "never": self.never}[words[0]] if words[1:] else self.rooms
            kind[words[-1]] = values.split()

    def faults(self):
        """Names that are none, and rooms from which a way leads back to them."""
        for room, entries in self.rooms.items():
            for entry in entries:
                name = entry.removesuffix("/*")
                if not is_header(entry) and name not in self.rooms and name != SDK:
                    yield f"{TABLE.name}: {room} may include {entry}, which is no room"
            if room in self.reached(room):
                yield f"{TABLE.name}: {room} comes back to itself"

    def reached(self, room):
        seen, waiting = set(), [room]
        while waiting:
            for entry in self.rooms.get(waiting.pop(), []):
                new = {other for other in self.rooms if names_room(entry, other)} - seen
                seen |= new
                waiting += new
        return seen


def joined_lines(text):
    """(number, line) without comments; a line that begins with a blank goes on with the one before."""
    lines = []
    for number, line in enumerate(text.splitlines(), 1):
        line = line.split("#", 1)[0].rstrip()
        if line.startswith(" ") and lines:
            lines[-1] = (lines[-1][0], lines[-1][1] + line)
        elif line:
            lines.append((number, line))
    return lines


def is_header(entry):
    return entry.endswith((".h", ".hpp"))


def is_inside(room, outer):
    return room == outer or room.startswith(outer + "/")


def names_room(entry, room):
    return is_inside(room, entry[:-2]) if entry.endswith("/*") else room == entry


def without_comments(text):
    """Comments become blank, keeping the lines; string literals stay."""
    return COMMENT.sub(lambda m: m[1] or "\n" * m[0].count("\n"), text)


def place(path):
    """(top folder, room) of a path relative to the root; the room only inside host."""
    if path.parts[0] != "host":
        return path.parts[0], None
    return "host", "/".join(path.parts[1:-1]) or "main"


def host_fault(table, room, quote, header):
    if room not in table.rooms:
        return f"room {room} is not in {TABLE.name}"
    for outer, prefixes in table.never.items():
        for prefix in prefixes if is_inside(room, outer) else []:
            if header == prefix or prefix.endswith("/") and header.startswith(prefix):
                return f"{room} may not include {header}"
    target = header.rpartition("/")[0]
    if quote == "<" and not is_inside(target, SDK):
        return None
    if target not in table.rooms and not is_inside(target, SDK):
        return f'"{header}" is not written as "room/file.h"'
    if target in (room, "core"):
        return None
    if any(header == entry or names_room(entry, target) for entry in table.rooms[room]):
        return None
    return f"{room} may not include {header}"


def include_fault(table, path, quote, header):
    top, room = place(path)
    if ".." in header.split("/"):
        return f"{header} climbs out of its folder"
    for prefix, rooms in table.only.items():
        if header.startswith(prefix) and not any(room and is_inside(room, outer) for outer in rooms):
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
    "host/main.cpp": ('#include "app/cli/commands.h"', None),
    "host/app/app.h": ('#include "http/server.h"\n#include "mcp/tasks/task_board.h"', None),
    "host/app/cli/good.cpp": ('#include "app/app.h"\n#include "app/reload/reloader.h"', None),
    "host/app/up.cpp": ('#include "app/cli/commands.h"', "app may not include app/cli/commands.h"),
    "host/app/reload/up.cpp": ('#include "app/app.h"', "app/reload may not include app/app.h"),
    "host/app/reload/across.cpp": ('#include "app/cli/child.h"', "app/reload may not include"),
    "host/http/good.cpp": ('#include "inbound_auth/authenticator.h"\n#include <Poco/Net/Socket.h>', None),
    "host/http/count.cpp": ('#include "observe/metrics.h"', None),
    "host/http/bad.cpp": ('#include "policy/policy.h"', "http may not include policy"),
    "host/mcp/good.cpp": ('#include "core/result.h"\n#include "mcp/tasks/tasks_methods.h"', None),
    "host/mcp/count.cpp": ('#include "observe/metrics.h"', "mcp may not include observe/metrics.h"),
    "host/mcp/wire/good.cpp": ('#include "mcp/wire/era.h"\n#include "policy/restriction.h"', None),
    "host/mcp/wire/up.cpp": ('#include "mcp/schema/schema_walk.h"', "mcp/wire may not include mcp/schema/"),
    "host/mcp/wire/top.cpp": ('#include "mcp/mcp_server.h"', "mcp/wire may not include mcp/mcp_server.h"),
    "host/mcp/schema/up.cpp": ('#include "mcp/catalog/listing.h"', "mcp/schema may not include mcp/catalog/"),
    "host/mcp/catalog/good.cpp": ('#include "mcp/snapshot.h"\n#include "plugin_host/catalog.h"', None),
    "host/mcp/catalog/top.cpp": ('#include "mcp/mcp_server.h"', "mcp/catalog may not include mcp/mcp_"),
    "host/mcp/catalog/deep.cpp": ('#include "plugin_host/load/plugin.h"', "mcp/catalog may not include plugin"),
    "host/mcp/tasks/across.cpp": ('#include "mcp/sessions/legacy_link.h"', "mcp/tasks may not include"),
    "host/mcp/attic/lost.cpp": ('#include "core/result.h"', "room mcp/attic is not in"),
    "host/mcp/wire/short.cpp": ('#include "wire/era.h"', "is not written as"),
    "host/transport/good.cpp": ('#include "mcp/wire/server.h"', None),
    "host/transport/bad.cpp": ('#include "mcp/tasks/task_board.h"', "transport may not include mcp/tasks/"),
    "host/plugin_host/load/up.cpp": ('#include "plugin_host/call/call.h"', "plugin_host/load may not include"),
    "host/plugin_host/call/up.cpp": ('#include "plugin_host/run/worker_pool.h"', "plugin_host/call may not"),
    "host/plugin_host/up.cpp": ('#include "plugin_host/load/plugin.h"', "plugin_host may not include plugin_host/"),
    "host/plugin_host/call/dll.cpp": ("#include <boost/dll.hpp>", "boost/dll is only for"),
    "host/core/count.cpp": ('#include "observe/metrics.h"', "core may not include observe"),
    "host/mcp/wire/net.cpp": ("#include <Poco/Net/Socket.h>", "Poco/Net/ is only for"),
    "host/mcp/sdk.cpp": ("#include <adomcp/plugin.h>", "mcp may not include adomcp/plugin.h"),
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
    "host/plugin_host/load/good.cpp": ("#include <boost/dll.hpp>\n#include <adomcp/plugin.h>", None),
    "host/attic/lost.cpp": ('#include "core/result.h"', "room attic is not in"),
    "sdk/include/adomcp/bad.hpp": ('#include "core/result.h"', "sdk may not include"),
    "plugins/good/good.cpp": ('#include "rows.h"\n#include <adomcp/plugin.hpp>', None),
    "plugins/bad/bad.cpp": ('#include "host/mcp/server.h"', "plugins may not include"),
    "plugins/bad/net.cpp": ("#include <Poco/Net/Socket.h>", "Poco/Net/ is only for"),
}


PLANTED_TABLES = [  # a table, what is wrong with it (None: nothing)
    ("mcp: mcp/wire mcp/x.h\nmcp/wire: mcp/y.h\nhttp: mcp/*\n  adomcp/*", None),
    ("mcp: mcp/wire\nmcp/wire: mcp", "mcp comes back to itself"),
    ("http: mcp/*\nmcp:\nmcp/wire: net\nnet: http", "mcp/wire comes back to itself"),
    ("http: attic", "http may include attic, which is no room"),
]


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
    for text, fault in PLANTED_TABLES:
        faults = list(Table(text).faults())
        if not (any(fault in line for line in faults) if fault else not faults):
            wrong.append(f"self-test: table {text!r}: expected {fault}, found {faults}")
    return wrong


def main(arguments):
    table = Table(TABLE.read_text(encoding="utf-8"))
    if arguments == ["--self-test"]:
        faults = self_test(table)
    else:
        root = pathlib.Path(arguments[0] if arguments else ".")
        faults = [*table.faults(), *check(root, table)]
    print(*faults, sep="\n", end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
