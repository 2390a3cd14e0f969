"""Runs clang-tidy, one process a processor, and remembers what was clean.

Usage: tidy.py [--deep]
Checks the sources that changed since the merge base with origin/main (or since the previous
commit, where that is the same commit), and for each changed header one source that shows it;
with --deep, or without a history to compare with, every source. Only --deep runs clang-analyzer's
checks, which take as long as all the others together, and only on what is shipped, not on tests.
tidy_scope.cpp keeps the others to the project's own declarations, which makes them three times faster.
TIDY_SECONDS bounds the time without --deep, for machines that remember nothing: what is left over
then is said. A clean result is kept under build/tidy, keyed by all that decides it: the source, the
project headers it reaches, the compile command, .clang-tidy and the version of clang-tidy.
"""

import concurrent.futures
import functools
import hashlib
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "dev"
CACHE = ROOT / "build" / "tidy"
SCOPE = ROOT / "infra" / "check" / "tidy_scope.cpp"
# clang can't read what g++ has compiled beforehand; each file compiles without it too.
PRECOMPILED = re.compile(r" -Winvalid-pch -include \S+/cmake_pch\.hxx(?= )")
OF_TESTS = ROOT / "tests" / ".clang-tidy"
GCC_ONLY = ("-fno-gnu-unique",)  # arguments of g++ that clang refuses to read
DEEP = ".deep"  # ends the key of a result that clang-analyzer had a part in
TOPS = ("host", "sdk", "plugins", "tests")
# The plugin ABI is a C header with names of its own; everything else of the project is held to.
HEADERS = f"^{re.escape(str(ROOT))}/((host|plugins|tests)/|sdk/.*\\.hpp$)"
INCLUDE = re.compile(r'^\s*#\s*include\s*["<]([^">]+)[">]', re.MULTILINE)


def git(*arguments):
    done = subprocess.run(["git", *arguments], cwd=ROOT, text=True, capture_output=True)
    return done.stdout.strip() if done.returncode == 0 else None


def changed_files():
    """Paths changed since the base, committed or not; None when there is no base."""
    head = git("rev-parse", "HEAD")
    base = git("merge-base", "HEAD", "origin/main")
    if base is None or base == head:
        base = git("rev-parse", "HEAD~1")
    if base is None:
        return None
    changed = git("diff", "--name-only", "-z", base, "--") or ""
    added = git("ls-files", "--others", "--exclude-standard", "-z") or ""
    return {name for name in (changed + "\0" + added).split("\0") if name}


class Unit:
    """One source of the project and how it is compiled."""

    def __init__(self, entry):
        self.path = pathlib.Path(entry["file"]).resolve()
        self.name = str(self.path.relative_to(ROOT))
        self.command = entry["command"]
        words = shlex.split(self.command)
        folders = [word[2:] for word in words if word.startswith("-I")]
        folders += [after for word, after in zip(words, words[1:]) if word == "-isystem"]
        self.folders = [pathlib.Path(folder) for folder in folders if folder.startswith(str(ROOT))]

    def is_test(self):
        return self.name.startswith("tests/") or self.name.endswith("_test.cpp")

    @functools.cache
    def headers(self):
        """Every header of the project that the source reaches."""
        found, queue = set(), [self.path]
        while queue:
            file = queue.pop()
            for name in INCLUDE.findall(file.read_text(encoding="utf-8", errors="replace")):
                for folder in [file.parent, *self.folders]:
                    header = (folder / name).resolve()
                    if header.is_file() and header.is_relative_to(ROOT):
                        if header not in found:
                            found.add(header)
                            queue.append(header)
                        break
        return found

    def key(self, common):
        """Names the state that a clean result is good for."""
        digest = hashlib.sha256(common + self.command.encode())
        for file in [self.path, *sorted(self.headers())]:
            digest.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
        return digest.hexdigest()


def compile_commands():
    """The dev preset's compile commands as clang can read them, also left under build/tidy."""
    database = BUILD / "compile_commands.json"
    if not database.exists():
        sys.exit("tidy: no build/dev/compile_commands.json; run: cmake --preset dev")
    entries = json.loads(database.read_text())
    for entry in entries:
        for argument in GCC_ONLY:
            entry["command"] = entry["command"].replace(f" {argument} ", " ")
        entry["command"] = PRECOMPILED.sub(" ", entry["command"])
    (CACHE / database.name).write_text(json.dumps(entries))
    return entries


def all_units():
    units = {}
    for entry in compile_commands():
        path = pathlib.Path(entry["file"])
        if path.is_relative_to(ROOT) and path.relative_to(ROOT).parts[0] in TOPS:
            unit = Unit(entry)
            units.setdefault(unit.name, unit)
    return [units[name] for name in sorted(units)]


def units_showing(units, changed):
    """The changed sources, and for each changed header the closest source that reaches it."""
    chosen = {unit.name: unit for unit in units if unit.name in changed}
    for name in sorted(changed):
        header = ROOT / name
        if header.suffix not in (".h", ".hpp") or not header.is_file():
            continue
        showing = [unit for unit in units if header in unit.headers()]
        if not any(unit.name in chosen for unit in showing) and showing:
            closest = min(showing, key=lambda unit: (unit.path.parent != header.parent, unit.name))
            chosen[closest.name] = closest
    return list(chosen.values())


def built_scope(version):
    """The plugin of tidy_scope.cpp for this clang-tidy, built unless it is here already."""
    digest = hashlib.sha256(version + SCOPE.read_bytes()).hexdigest()
    plugin = CACHE / f"scope-{digest}.so"
    if not plugin.exists():
        major = re.search(rb"version (\d+)", version)[1].decode()
        command = ["clang++", "-std=c++17", "-O1", "-fPIC", "-fno-rtti", "-shared"]
        command += [f"-isystem/usr/lib/llvm-{major}/include", str(SCOPE), "-o", str(plugin)]
        subprocess.run(command, check=True)
    return plugin


def known_clean(key, deep):
    return (CACHE / (key + DEEP)).exists() or not deep and (CACHE / key).exists()


def tidy(unit, key, deep, scope):
    """None when clean, else what clang-tidy said."""
    command = ["clang-tidy", "--quiet", f"--header-filter={HEADERS}", "-p", str(CACHE)]
    analyze = deep and not unit.is_test()
    checks = "adomcp-*" if analyze else "adomcp-*,-clang-analyzer-*"
    if unit.is_test():
        command.append(f"--config-file={OF_TESTS}")  # also for those beside a plugin
    command += [f"--load={scope}", f"--checks={checks}", str(unit.path)]
    done = subprocess.run(command, cwd=ROOT, text=True, capture_output=True)
    if done.returncode == 0:
        (CACHE / (key + DEEP if deep else key)).touch()
        return None
    return done.stdout or done.stderr


def forget_old(days=30):
    for file in CACHE.iterdir():
        if file.stat().st_mtime < time.time() - days * 86400:
            file.unlink()


def select(deep):
    units = all_units()
    changed = None if deep else changed_files()
    if changed is None or {".clang-tidy", "tests/.clang-tidy"} & changed and not deep:
        return units, "all sources"
    return units_showing(units, changed), "changed sources"


def main(arguments):
    CACHE.mkdir(parents=True, exist_ok=True)
    forget_old()
    deep = "--deep" in arguments
    units, what = select(deep)
    version = subprocess.run(["clang-tidy", "--version"], capture_output=True, check=True).stdout
    scope = built_scope(version)
    common = version + HEADERS.encode() + (ROOT / ".clang-tidy").read_bytes()
    of_tests = common + OF_TESTS.read_bytes()
    keys = {unit: unit.key(of_tests if unit.is_test() else common) for unit in units}
    todo = [unit for unit in units if not known_clean(keys[unit], deep)]
    print(f"    {what}: {len(units)}, of which {len(units) - len(todo)} known to be clean")
    patience = float(os.environ.get("TIDY_SECONDS", "inf"))
    until = time.monotonic() + (float("inf") if deep else patience)
    late = []

    def look(unit):
        if time.monotonic() > until:
            late.append(unit)
            return None
        return tidy(unit, keys[unit], deep, scope)

    faulty = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        runs = {pool.submit(look, unit): unit for unit in todo}
        for run in concurrent.futures.as_completed(runs):
            if run.result() is not None:
                faulty += 1
                print(f"{runs[run].name}:\n{run.result()}", flush=True)
    if late:
        print(f"    NOT looked at after {patience:g} s: {len(late)} of them; --deep looks at all")
    return 1 if faulty else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
