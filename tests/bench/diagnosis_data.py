"""The marked logs of ../shared/data for diagnosis.py and diagnosis_train.py.

Nothing of them is written into the project. See plugins/run_failure_logs/reader/README.md.
"""
import gzip
import json
import os
import re
import subprocess
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DATA = os.environ.get("ADOMCP_DATA", os.path.join(ROOT, "..", "shared", "data"))

_ESCAPE = re.compile(rb"\x1b\[[0-9;?]*[a-zA-Z]|\x1b[=>]")
_TIME = re.compile(rb"^\xef?\xbb?\xbf?\d{4}-\d\d-\d\dT[\d:.]+Z ?")


class Log:
    """One failing log: where its text is for a while, and which lines people marked."""

    def __init__(self, name, language, repository, source, text, marked):
        self.name, self.language, self.repository, self.source = name, language, repository, source
        self.text = text
        lines = text.split(b"\n")
        self.marked = {line for line in marked if 1 <= line <= len(lines)}
        # Some marks are on lines without a single visible character.
        self.visible = {line for line in self.marked if _visible(lines[line - 1])}
        self.path = None
        self.good = None  # the file of the same job's log when all was well


def _visible(line):
    return bool(_ESCAPE.sub(b"", _TIME.sub(b"", line)).strip())


def available():
    return os.path.isfile(os.path.join(DATA, "logchunks", "labels.json"))


def load():
    """All marked logs, in a fixed order."""
    return _log_chunks() + _other_logs()


def _log_chunks():
    folder = os.path.join(DATA, "logchunks")
    with open(os.path.join(folder, "labels.json"), encoding="utf-8") as file:
        labels = json.load(file)
    logs = []
    for name, marked in sorted(labels.items()):
        with gzip.open(os.path.join(folder, name)) as file:
            text = file.read()
        language, repository = name.split("/")[:2]
        logs.append(Log(name, language, repository, "logchunks", text, marked))
    return logs


def _other_logs():
    folder = os.path.join(DATA, "failure-logs")
    logs = []
    for name in sorted(os.listdir(folder)):
        case = os.path.join(folder, name)
        if not os.path.isfile(os.path.join(case, "fail.log")):
            continue
        with open(os.path.join(case, "fail.log"), "rb") as file:
            text = re.sub(rb"\r(?!\n)", b"\n", file.read())  # the marks count a lone CR as an end
        source = name.split("_")[0]
        known = source in ("pytorch", "treeherder")
        logs.append(Log(name, "-", source if known else name, source if known else "cidiff", text,
                        _ranges(os.path.join(case, "groundtruth"))))
        good = os.path.join(case, "pass.log")
        logs[-1].good = good if os.path.isfile(good) else None
    return logs


def _ranges(path):
    marked = []
    with open(path, encoding="utf-8") as file:
        for line in file:
            if line.startswith("E "):
                ends = [int(part) for part in line[2:].strip().split("-")]
                marked += range(ends[0], ends[-1] + 1)
    return marked


def folds(logs, count, seed=0):
    """Groups of whole repositories, each of which is left out once."""
    import random

    repositories = sorted({log.repository for log in logs})
    random.Random(seed).shuffle(repositories)
    return [set(repositories[i::count]) for i in range(count)]


class Reader:
    """The program read_logs over logs in a folder of its own, which goes with it."""

    def __init__(self, program, logs):
        self.program = program
        self.folder = tempfile.TemporaryDirectory(prefix="diagnosis-")
        for i, log in enumerate(logs):
            log.path = os.path.join(self.folder.name, f"{i}.log")
            with open(log.path, "wb") as file:
                file.write(log.text)

    def run(self, mode, logs=(), arguments=(), compared=False):
        names = "".join(log.path + (f"\t{log.good}" if compared and log.good else "") + "\n" for log in logs)
        done = subprocess.run([self.program, mode, *map(str, arguments)], input=names.encode(),
                              stdout=subprocess.PIPE, check=True)
        return done.stdout

    def answers(self, logs, size, lines=1 << 40, weights=None, compared=False):
        """`compared`: with the log of the good run, where there is one."""
        arguments = [size, lines] + ([weights] if weights else [])
        return [json.loads(line) for line in self.run("answers", logs, arguments, compared).splitlines()]


def measure(log, shown):
    """Of one log: hit, recall, recall of the best 60 lines, the same of visible lines only."""
    found = len(log.marked & shown)
    seen = len(log.visible & shown)
    out = {"hit": float(found > 0), "recall": found / len(log.marked),
           "best60": min(60, len(log.marked)) / len(log.marked)}
    if log.visible:
        out["visible_hit"] = float(seen > 0)
        out["visible_recall"] = seen / len(log.visible)
    return out


def mean(values):
    values = list(values)
    return sum(values) / len(values) if values else float("nan")
