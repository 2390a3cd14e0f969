"""Checks that the pages name what is there. Usage: documents.py [ROOT] | documents.py --self-test

Relative links of every Markdown page, and the files that tables of host/README.md name in backquotes (`room/file`,
with or without a suffix, or `room/`). Prints one line a fault; exit status 1 when there is any.
"""

import pathlib
import re
import subprocess
import sys
import tempfile

LINK = re.compile(r"\]\(([^)\s#]+)(?:#[^)]*)?\)")
NAMED = re.compile(r"`([a-z0-9_]+(?:/[a-z0-9_]+)+(?:\.h)?/?|[a-z0-9_]+/)`")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
HOUSE = pathlib.Path("host/README.md")


def pages(root):
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "*.md"], cwd=root, check=True,
                            capture_output=True, text=True).stdout
    return [pathlib.Path(name) for name in listed.splitlines() if (root / name).exists()]


def is_there(root, name):
    path = root / "host" / name
    if name.endswith("/"):
        return path.is_dir()
    return path.is_file() or any(path.with_suffix(suffix).is_file() for suffix in (".h", ".cpp"))


def faults_of(root, page):
    text = (root / page).read_text(encoding="utf-8")
    prose = FENCE.sub(lambda m: "\n" * m[0].count("\n"), text)
    for number, line in enumerate(prose.splitlines(), 1):
        for link in LINK.findall(line):
            if "://" not in link and not (root / page.parent / link).exists():
                yield f"{page}:{number}: links to {link}, which is not there"
        if page == HOUSE and line.startswith("|"):
            for name in NAMED.findall(line):
                if not is_there(root, name):
                    yield f"{page}:{number}: names {name}, which is not in host/"


def check(root):
    return [fault for page in pages(root) for fault in faults_of(root, page)]


def self_test():
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        (root / "host/mcp").mkdir(parents=True)
        (root / "host/mcp/server.h").touch()
        page = HOUSE
        (root / page).write_text("| `mcp/server` | `mcp/` |\n| `mcp/gone` | `lost/` |\n[a](mcp/server.h) [b](no.md#x) "
                                 "[c](https://e.org)\n```\n| `x/y` |\n```\n", encoding="utf-8")
        found = list(faults_of(root, page))
        wanted = ["names mcp/gone", "names lost/", "links to no.md"]
        good = len(found) == len(wanted) and all(want in fault for want, fault in zip(wanted, found))
        print("documents.py: self-test " + ("good" if good else f"FAILED: {found}"))
        return 0 if good else 1


def main(arguments):
    if arguments == ["--self-test"]:
        return self_test()
    found = check(pathlib.Path(arguments[0] if arguments else "."))
    for fault in found:
        print(fault)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
