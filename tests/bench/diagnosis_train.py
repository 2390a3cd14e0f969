#!/usr/bin/env python3
"""Learns the weights of the failure reader: weights.cpp and cause_weights.cpp of its folder.

  diagnosis_train.py PROGRAM [--write]

PROGRAM is read_logs as built from this folder: the features are those that the reader computes.
Without --write only the report is printed: for each group of repositories the figures of weights
that were learned from all the others. Two models are learned: which lines a person would mark, and
whether the line that explains most is right. The second learns from lines that the first has found
in logs that it hadn't learned from. Needs numpy and lightgbm 4.6 from PyPI; the logs are
LogChunks (Brandt, Panichella, Zaidman, Beller, MSR 2020, Zenodo 3632351) and others, see
diagnosis_data.py. `./dev bench diagnosis --train` runs it.
"""
import argparse
import collections
import os
import sys
import tempfile

import lightgbm
import numpy

import diagnosis_data as data
import diagnosis_made_up as made_up

GROUPS = 6
ROUNDS = 78
SEEDS = 6       # made-up logs of each form
MADE_UP = 0.3   # how much one counts beside a real log
NEGATIVES = 500  # of a log; those near a marked line or in a strong place are taken thrice as often
SETTINGS = {
    "objective": "binary", "learning_rate": 0.08, "num_leaves": 16, "min_data_in_leaf": 60,
    "feature_fraction": 0.4, "bagging_fraction": 0.7, "bagging_freq": 1, "max_bin": 63,
    "lambda_l2": 20, "seed": 1, "num_threads": 1, "verbose": -1, "deterministic": True,
    "force_row_wise": True}
CAUSE_ROUNDS = 120
CAUSE_SETTINGS = {
    "objective": "binary", "learning_rate": 0.05, "num_leaves": 4, "min_data_in_leaf": 25,
    "feature_fraction": 0.4, "bagging_fraction": 0.7, "bagging_freq": 1, "max_bin": 63,
    "lambda_l2": 5, "seed": 1, "num_threads": 1, "verbose": -1, "deterministic": True,
    "force_row_wise": True}
# What the second model looks at: few features, since each log gives it one line to learn from.
CAUSE_FEATURES = set(
    "pattern place level label bad_mark w_error code telling w_expect caret numbered from_end strong red good_after "
    "good_20 count_bad log_strong strong_before strong_after repeats".split())
STATED = 0.49  # of all logs: those whose cause is surest; the report says how many of them are right
READER = os.path.join(data.ROOT, "plugins", "run_failure_logs", "reader")


def read_features(reader, logs):
    """Of each log the numbers of its kept lines and their features."""
    names = [name for name in reader.run("names").decode().split() if not name.startswith("c_")]
    raw = reader.run("features", logs)
    width, at = 8 + len(names), 0
    for log in logs:
        count = int.from_bytes(raw[at:at + 4], "little")
        rows = numpy.frombuffer(raw, numpy.uint8, count * width, at + 4).reshape(count, width)
        at += 4 + count * width
        numbers = rows[:, :4].copy().view("<u4")[:, 0]
        log.rows = rows[:, 8:]
        log.labels = numpy.isin(numbers, sorted(log.marked))
    return names


def invent():
    """The made-up logs: always learned from, never measured on."""
    logs = []
    for form in made_up.FORMS:
        for seed in range(SEEDS):
            text, marked = made_up.make(form, seed)
            logs.append(data.Log(f"{form.__name__} {seed}", "-", None, "made up", text, marked))
    return logs


def pick(log, names, random):
    """Which lines of a log to learn from, and how much each counts."""
    weights = numpy.where(log.labels, 1 / max(1, log.labels.sum()), 1 / len(log.labels) ** 0.5)
    away = numpy.where(~log.labels)[0]
    if len(away) <= NEGATIVES:
        return numpy.arange(len(log.labels)), weights
    near = numpy.convolve(log.labels, numpy.ones(41), "same") > 0
    strong = log.rows[:, names.index("strong_20")] >= 15
    odds = numpy.where(near[away] | strong[away], 3.0, 1.0)
    odds = numpy.minimum(1, odds * NEGATIVES / odds.sum())
    weights[away] /= odds
    kept = away[random.random_sample(len(away)) < odds]
    return numpy.sort(numpy.concatenate([numpy.where(log.labels)[0], kept])), weights


def learn(logs, names):
    random = numpy.random.RandomState(5)
    count = collections.Counter(log.repository for log in logs)
    rows, labels, weights = [], [], []
    for log in logs:
        chosen, worth = pick(log, names, random)
        rows.append(log.rows[chosen])
        labels.append(log.labels[chosen])
        weights.append(worth[chosen] * (count[log.repository] ** -0.5 if log.repository else MADE_UP))
    weights = numpy.concatenate(weights)
    lines = lightgbm.Dataset(numpy.concatenate(rows), label=numpy.concatenate(labels),
                             weight=weights / weights.mean())
    return lightgbm.train(SETTINGS, lines, ROUNDS)


def flatten(model):
    """Trees as rows of (feature, limit, yes, no); an answer is ("w", thousandths)."""
    trees = []
    for tree in model.dump_model()["tree_info"]:
        rows = []

        def add(node):
            if "leaf_value" in node:
                return ("w", round(node["leaf_value"] * 1000))
            at = len(rows)
            rows.append(None)
            yes, no = add(node["left_child"]), add(node["right_child"])
            rows[at] = (node["split_feature"], int(node["threshold"]), yes, no)
            return at

        add(tree["tree_structure"])
        if rows and rows[0] is not None:
            trees.append(rows)
    return trees


class Weights:
    """Both models as trees, and from which probability on a cause is sure."""

    def __init__(self, line, cause, sure):
        self.line, self.cause, self.sure = line, cause, sure

    def write(self, path):
        """For read_logs."""
        with open(path, "w", encoding="ascii") as file:
            for trees in (self.line, self.cause):
                _write_trees(trees, file)
            file.write(f"{self.sure}\n")


def _write_trees(trees, file):
    def number(to):
        return 16384 + to[1] if isinstance(to, tuple) else to

    starts, at = [], 0
    file.write(f"{sum(map(len, trees))}\n")
    for rows in trees:
        starts.append(at)
        at += len(rows)
        for feature, limit, yes, no in rows:
            file.write(f"{feature} {limit} {number(yes)} {number(no)}\n")
    file.write(f"{len(starts)}\n" + " ".join(map(str, starts)) + "\n")


def write_tables(weights, names):
    """For the reader: as many splits a line as fit."""
    _write_source("weights.cpp", _table("Line", weights.line, names), [
        "const Model& line_model() {", "  static constexpr Model kModel{kLineSplits, kLineTrees};",
        "  return kModel;", "}"])
    _write_source("cause_weights.cpp", _table("Cause", weights.cause, names), [
        "const Weights& learned_weights() {",
        f"  static const Weights weights{{line_model(), {{kCauseSplits, kCauseTrees}}, {weights.sure:.4f}F}};",
        "  return weights;", "}"])


def _write_source(name, table, function):
    out = ["// Learned by tests/bench/diagnosis_train.py from LogChunks (Brandt, Panichella, Zaidman,",
           "// Beller, MSR 2020, Zenodo 3632351, CC BY 4.0) and other logs: see README.md. Do not edit.",
           "// A tree begins on a line of its own; a row is {feature, limit, yes, no} as in model.h.",
           "// clang-format off", '#include "model.h"', "", "namespace adomcp::failure_logs {", "",
           "namespace {", "", "constexpr std::int16_t w(int thousandths) { return weight(thousandths); }",
           *table, "", "}  // namespace", "", *function, "", "}  // namespace adomcp::failure_logs", ""]
    path = os.path.join(READER, name)
    with open(path, "w", encoding="ascii") as file:
        file.write("\n".join(out))
    print(f"wrote {os.path.relpath(path, data.ROOT)}")


def _table(name, trees, names):
    def text(to):
        return f"w({to[1]})" if isinstance(to, tuple) else str(to)

    out = ["", f"constexpr Split k{name}Splits[] = {{"]
    starts, at = [], 0
    for rows in trees:
        starts.append(at)
        at += len(rows)
        line = "   "
        for feature, limit, yes, no in rows:
            one = f" {{{names[feature]}, {limit}, {text(yes)}, {text(no)}}},"
            if len(line) + len(one) > 118:
                out.append(line)
                line = "     "
            line += one
        out.append(line)
    out += ["};", "", f"constexpr std::uint16_t k{name}Trees[] = {{"]
    for i in range(0, len(starts), 20):
        out.append("    " + " ".join(f"{start}," for start in starts[i:i + 20]))
    return out + ["};"]


class School:
    """What is learned, each time without some groups of repositories."""

    def __init__(self, reader, logs, invented, names):
        self.reader, self.logs, self.invented, self.names = reader, logs, invented, names
        self.all_names = reader.run("names").decode().split()  # those of a cause too
        self.groups = data.folds(logs, GROUPS)
        self.folder = tempfile.TemporaryDirectory(prefix="weights-")
        self.trees = {}

    def lines_without(self, *groups):
        """The trees of the first model, learned without the logs of these groups."""
        key = frozenset(groups)
        if key not in self.trees:
            away = set().union(*(self.groups[group] for group in groups))
            rest = [log for log in self.logs if log.repository not in away]
            self.trees[key] = flatten(learn(rest + self.invented, self.names))
        return self.trees[key]

    def causes(self, group, without):
        """The likeliest lines of a group's logs, as (is it marked, its features)."""
        logs = [log for log in self.logs if log.repository in self.groups[group]]
        path = os.path.join(self.folder.name, "causes")
        Weights(self.lines_without(group, *without), [], 1).write(path)
        raw = numpy.frombuffer(self.reader.run("causes", logs, [path]), numpy.uint8).reshape(len(logs), -1)
        numbers = raw[:, :4].copy().view("<u4")[:, 0]
        found = [(int(number in log.marked), row) for log, number, row in zip(logs, numbers, raw[:, 4:]) if number]
        return [label for label, _ in found], [row for _, row in found]

    def weights(self, *without):
        """All of it, learned without the logs of these groups."""
        parts = [self.causes(group, without) for group in range(GROUPS) if group not in without]
        guesses = []
        for left in range(len(parts)):
            model = learn_cause([part for i, part in enumerate(parts) if i != left], self.all_names)
            guesses += zip(model.predict(numpy.array(parts[left][1])), parts[left][0])
        count = sum(log.repository in self.groups[group] for log in self.logs
                    for group in range(GROUPS) if group not in without)
        return Weights(self.lines_without(*without), flatten(learn_cause(parts, self.all_names)), threshold(guesses, count))


def learn_cause(parts, names):
    labels = [label for part in parts for label in part[0]]
    rows = numpy.array([row for part in parts for row in part[1]])
    rows[:, [not (name in CAUSE_FEATURES or name.startswith("c_")) for name in names]] = 0
    return lightgbm.train(CAUSE_SETTINGS, lightgbm.Dataset(rows, label=labels), CAUSE_ROUNDS)


def threshold(guesses, logs):
    """The probability that as many causes reach as should be stated, of so many logs."""
    return float(sorted((guess for guess, _ in guesses), reverse=True)[int(STATED * logs)])


def left_out(school, size=14500, lines=1 << 40):
    """Each log with the answer of weights that were learned without its repository."""
    out = {}
    path = os.path.join(school.folder.name, "weights")
    for number, group in enumerate(school.groups):
        school.weights(number).write(path)
        rest = [log for log in school.logs if log.repository in group]
        for log, answer, small in zip(rest, school.reader.answers(rest, size, lines, path),
                                      school.reader.answers(rest, 8192, 60, path)):
            out[log.name] = (group, answer, small)
    return out


def report(logs, answers):
    print(f"{'repositories left out':<60} logs  hit   recall best60 stated right")
    groups = {}
    for log in logs:
        groups.setdefault(frozenset(answers[log.name][0]), []).append(log)
    for group, members in groups.items():
        print(_line(", ".join(sorted(group))[:58], members, answers))
    print(_line("all", logs, answers))
    return _line("all", logs, answers)


def _line(name, logs, answers):
    figures = [data.measure(l, {e["line"] for e in answers[l.name][1]["evidence"]}) for l in logs]
    small = [data.measure(l, {e["line"] for e in answers[l.name][2]["evidence"]}) for l in logs]
    best = data.mean(f["recall"] for f in small) / data.mean(f["best60"] for f in small)
    sure = [l for l in logs if answers[l.name][1]["sure"]]
    right = data.mean(answers[l.name][1]["cause"]["line"] in l.marked for l in sure)
    return (f"{name:<60} {len(logs):4}  {data.mean(f['hit'] for f in figures):.3f} "
            f"{data.mean(f['recall'] for f in figures):.3f}  {best:.3f}  "
            f"{len(sure) / len(logs):.2f}   {right:.2f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--write", action="store_true", help="write the table, from all logs")
    options = parser.parse_args()
    if not data.available():
        sys.exit(f"no marked logs in {data.DATA}: nothing to learn from")
    logs, invented = data.load(), invent()
    reader = data.Reader(options.program, logs + invented)
    names = read_features(reader, logs + invented)
    school = School(reader, logs, invented, names)
    report(logs, left_out(school))
    if options.write:
        write_tables(school.weights(), school.all_names)


if __name__ == "__main__":
    main()
