#!/usr/bin/env python3
"""How well the failure reader finds the lines that people marked.

  diagnosis.py PROGRAM [--svg FILE] [--json FILE]

A table by language and source: hit (a marked line is shown), recall, recall of the best 60 lines,
causes stated and right, bytes, MB/s of one core, beside the last 60 and 200 lines, a search for keywords and the whole
log; the same for logs whose job also has a log of a good run, with and without that; the speed on
the simulator's log of 29 MB; a picture of recall by budget. Each log is read with weights that were learned without its
repository. Reads ../shared/data where that exists. Needs what diagnosis_train.py needs.
"""
import argparse
import datetime
import os
import re
import sys
import tempfile

import diagnosis_data as data
import report

BUDGET = 14500  # what 16 KiB leave for the lines of one log
BUDGETS = (1000, 2000, 4000, 8000, 14500, 29000)
KEYWORDS = re.compile(rb"(?i)error|fail|exception|fatal|cannot|not found")


def plain_methods(log):
    lines = log.text.split(b"\n")
    count = len(lines) - (not lines[-1])
    found = [i + 1 for i, line in enumerate(lines) if KEYWORDS.search(line)]
    return {"last 60 lines": set(range(max(1, count - 59), count + 1)),
            "last 200 lines": set(range(max(1, count - 199), count + 1)),
            "keywords, last 200": set(found[-200:]),
            "the whole log": set(range(1, count + 1))}


def size_of(log, shown):
    lines = log.text.split(b"\n")
    return sum(len(lines[line - 1]) + 27 for line in shown)


class Held:
    """Answers by weights that were learned without the log's repository."""

    def __init__(self, program, logs):
        import diagnosis_train as train

        invented = train.invent()
        self.reader = data.Reader(program, logs + invented)
        names = train.read_features(self.reader, logs + invented)
        school = train.School(self.reader, logs, invented, names)
        self.folder = tempfile.TemporaryDirectory(prefix="weights-")
        self.groups = []
        for i, group in enumerate(school.groups):
            path = os.path.join(self.folder.name, str(i))
            school.weights(i).write(path)
            self.groups.append(([log for log in logs if log.repository in group], path))

    def answers(self, size, lines=1 << 40, compared=False):
        out = {}
        for logs, path in self.groups:
            answers = self.reader.answers(logs, size, lines, path, compared)
            out.update(zip((log.name for log in logs), answers))
        return out


def shown(answer):
    return {line["line"] for line in answer["evidence"]}


# name: (unit, better); all but the speed comes out the same each time
FIGURES = {"hit": ("", "more"), "recall": ("", "more"), "recall of the best 60": ("", "more"),
           "causes stated": ("", "more"), "right of those": ("", "more"), "bytes": ("B", "less"),
           "speed": ("MB/s", "more")}


def figures_of(logs, answers, small):
    """By the names of FIGURES."""
    measured = [data.measure(log, shown(answers[log.name])) for log in logs]
    best = data.mean(len(log.marked & shown(small[log.name])) / len(log.marked) for log in logs)
    sure = [log for log in logs if answers[log.name]["sure"]]
    return {
        "hit": data.mean(each["hit"] for each in measured),
        "recall": data.mean(each["recall"] for each in measured),
        "recall of the best 60": best / data.mean(each["best60"] for each in measured),
        "causes stated": len(sure) / len(logs),
        "right of those": data.mean(answers[log.name]["cause"]["line"] in log.marked for log in sure),
        "bytes": data.mean(answers[log.name]["bytes"] for log in logs),
        "speed": sum(len(log.text) for log in logs) / 1e6 / sum(answers[log.name]["seconds"] for log in logs),
    }


def row(name, logs, answers, small, kept):
    """Prints a line of the table, and keeps its figures for the report."""
    found = figures_of(logs, answers, small)
    for what, value in found.items():
        unit, better = FIGURES[what]
        if value == value:  # no mean of nothing
            kept[f"{name}: {what}"] = report.figure(unit, [value], better, exact=what != "speed")
    hit, recall, best, stated, right, size, speed = found.values()
    print(f"{name:<22} {len(logs):4}  {hit:.3f}  {recall:.3f}   {best:.3f}   {stated:.2f}   "
          f"{right:.2f} {size:9,.0f} {speed:6.0f}")


def table(logs, answers, small, kept):
    print(f"{'':<22} logs   hit    recall  best60  stated right     bytes   MB/s")
    for language in sorted({log.language for log in logs if log.language != "-"}):
        row(language, [log for log in logs if log.language == language], answers, small, kept)
    for source in sorted({log.source for log in logs}):
        row(source, [log for log in logs if log.source == source], answers, small, kept)
    for name, group in (("C# PowerShell JS TS", ("C#", "PowerShell", "JavaScript", "TypeScript")),
                        ("Go Java Python C C++", ("Go", "Java", "Python", "C", "C++"))):
        row(name, [log for log in logs if log.language in group], answers, small, kept)
    row("all", logs, answers, small, kept)
    visible = [data.measure(log, shown(answers[log.name])) for log in logs if log.visible]
    print(f"{'marks one can see':<22} {len(visible):4}  {data.mean(f['visible_hit'] for f in visible):.3f}  "
          f"{data.mean(f['visible_recall'] for f in visible):.3f}")
    methods = {}
    for log in logs:
        for name, lines in plain_methods(log).items():
            methods.setdefault(name, []).append((log, lines))
    for name, pairs in methods.items():
        figures = [data.measure(log, lines) for log, lines in pairs]
        print(f"{name:<22} {len(pairs):4}  {data.mean(f['hit'] for f in figures):.3f}  "
              f"{data.mean(f['recall'] for f in figures):.3f}                       "
              f"{data.mean(size_of(log, lines) for log, lines in pairs):9,.0f}")


def speed(program):
    """Of the simulator's long log."""
    sys.path.insert(0, os.path.join(data.ROOT, "tests", "simulator"))
    from ado.big_log import LINES, BigLog

    with tempfile.NamedTemporaryFile(suffix=".log") as file:
        log = BigLog(datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc), 3600, "Build")
        for lines in log.lines(1, LINES):
            file.write(("\n".join(lines) + "\n").encode())
        file.flush()
        long_log = data.Log("long", "-", None, "-", b"", ())
        long_log.path = file.name
        print(f"a log of {file.tell() / 1e6:.0f} MB: "
              + data.Reader(program, []).run("speed", [long_log]).decode().split(" /")[0])


def picture(points, path):
    """Recall by budget, as an SVG."""
    def at(size, recall):
        return 60 + 520 * size / BUDGETS[-1], 340 - 300 * recall

    dots = [at(size, recall) for size, recall in points]
    parts = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 620 400" font-family="sans-serif" font-size="13">',
             '<rect width="620" height="400" fill="white"/>']
    for recall in (0, 0.25, 0.5, 0.75, 1):
        y = at(0, recall)[1]
        parts.append(f'<path d="M60 {y}H580" stroke="#ddd"/><text x="52" y="{y + 4}" text-anchor="end">{recall}</text>')
    parts.append(f'<polyline fill="none" stroke="#06c" stroke-width="2" points="{" ".join(f"{x:.0f},{y:.0f}" for x, y in dots)}"/>')
    for (x, y), (size, recall) in zip(dots, points):
        parts.append(f'<circle cx="{x:.0f}" cy="{y:.0f}" r="3" fill="#06c"/>'
                     f'<text x="{x:.0f}" y="{y - 9:.0f}" text-anchor="middle">{recall:.2f}</text>'
                     f'<text x="{x:.0f}" y="358" text-anchor="middle">{size / 1000:g}</text>')
    parts.append('<text x="320" y="385" text-anchor="middle">kB of lines shown: recall of marked lines</text></svg>')
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(parts) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", help="read_logs")
    parser.add_argument("--svg", help="where to put the picture of recall by budget")
    report.add_json_option(parser)
    options = parser.parse_args()
    speed(options.program)
    if not data.available():
        sys.exit(f"no marked logs in {data.DATA}: nothing to measure with")
    logs = data.load()
    held = Held(options.program, logs)
    kept = {}
    table(logs, held.answers(BUDGET), held.answers(8192, 60), kept)
    beside_good = [log for log in logs if log.good]
    row("with a good run", beside_good, held.answers(BUDGET, compared=True),
        held.answers(8192, 60, compared=True), kept)
    row("the same without", beside_good, held.answers(BUDGET), held.answers(8192, 60), kept)
    if options.json:
        report.merge(options.json, "diagnosis", report.section(kept, logs=len(logs)))
    if options.svg:
        points = []
        for size in BUDGETS:
            answers = held.answers(size)
            points.append((size, data.mean(data.measure(log, shown(answers[log.name]))["recall"] for log in logs)))
        picture(points, options.svg)
        print(f"wrote {options.svg}")


if __name__ == "__main__":
    main()
