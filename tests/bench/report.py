"""The form in which every bench reports, so that one JSON file holds all of it.

  {"sections": {SECTION: {"commit", "when", "machine": {…},
                          "figures": {NAME: {"unit", "better", "median", "spread", "rounds"}}}}}

`better` is "more", "less" or "" where neither is. `spread` is the most less the least of the rounds;
null where there was one round, which says nothing of how much a figure moves by itself.
"""

import datetime
import json
import os
import pathlib
import platform
import re
import statistics
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]


def figure(unit, rounds, better="", exact=False):
    """`exact`: what comes out the same each time, however busy the machine is."""
    rounds = [round(float(each), 4) for each in rounds]
    if len(rounds) > 1:
        spread = round(max(rounds) - min(rounds), 4)
    else:
        spread = 0.0 if exact else None
    median = round(statistics.median(rounds), 4)
    return {"unit": unit, "better": better, "median": median, "spread": spread, "rounds": rounds}


def machine():
    """What decides how fast it is, and nothing that names it."""
    cpu = pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8")
    memory = pathlib.Path("/proc/meminfo").read_text(encoding="utf-8")
    model = re.search(r"^model name\s*: (.*)$", cpu, re.MULTILINE)
    system = pathlib.Path("/etc/os-release").read_text(encoding="utf-8")
    return {
        "processor": model[1] if model else platform.machine(),
        "processors": os.cpu_count(),
        "memory_gib": round(int(re.search(r"MemTotal:\s+(\d+)", memory)[1]) / 1024**2),
        "system": re.search(r'^PRETTY_NAME="?([^"\n]*)', system, re.MULTILINE)[1],
        "kernel": platform.release(),
    }


def _git(*arguments):
    done = subprocess.run(["git", *arguments], cwd=ROOT, text=True, capture_output=True)
    return done.stdout.strip() if done.returncode == 0 else ""


def commit():
    """With a + when the tree holds more than that."""
    name = _git("rev-parse", "--short=12", "HEAD") or "unknown"
    return name + ("+" if _git("status", "--porcelain", "--untracked-files=no") else "")


def section(figures, **more):
    """A bench's part of a report; `more` goes beside its figures."""
    when = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")
    return {"commit": commit(), "when": when, "machine": machine(), **more, "figures": figures}


def load(path):
    try:
        sections = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))["sections"]
        for each in sections.values():
            each["figures"].items()
    except FileNotFoundError:
        raise SystemExit(f"bench: {path} is not there") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise SystemExit(f"bench: {path} is no report of a bench") from None
    return {"sections": sections}


def merge(path, name, part):
    """Puts the section into the file, in place of an older one; the others stay."""
    path = pathlib.Path(path)
    whole = load(path) if path.exists() else {"sections": {}}
    whole["sections"][name] = part
    fresh = path.with_name(path.name + ".new")
    fresh.write_text(json.dumps(whole, indent=2) + "\n", encoding="utf-8")
    fresh.replace(path)  # a bench that is ended here loses no older figures


def add_json_option(parser):
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE",
                        help="put the figures into FILE, beside those of other benches")
