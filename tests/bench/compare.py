"""Two reports beside each other. Usage: ./dev bench --compare A.json B.json

A line for each figure that both have: A, B, their ratio, and a verdict on B where one can be had:
`better` or `worse` when the medians lie further apart than the rounds of either run do.
"""

import argparse
import sys

import report

OF_A_RUN = ("commit", "when", "figures")  # what two runs may differ in


def verdict(before, after):
    """On `after`: better, worse, other (neither way is better), same, or one round."""
    if before["spread"] is None or after["spread"] is None:
        return "one round"
    change = after["median"] - before["median"]
    if abs(change) <= max(before["spread"], after["spread"]):
        return "same"
    if not before["better"]:
        return "other"
    return "better" if (change > 0) == (before["better"] == "more") else "worse"


def ratio(before, after):
    return after["median"] / before["median"] if before["median"] else None


def rows(first, second):
    """(section, name, figure of A, figure of B), then (section, name) of what only one has."""
    both, lone = [], []
    for name in sorted({*first["sections"], *second["sections"]}):
        a, b = (whole["sections"].get(name, {"figures": {}})["figures"] for whole in (first, second))
        both += [(name, key, a[key], b[key]) for key in a if key in b]
        lone += [(name, key) for key in {**a, **b} if (key in a) != (key in b)]
    return both, lone


def number(value):
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def warnings(first, second):
    for name in sorted({*first["sections"]} & {*second["sections"]}):
        a, b = (whole["sections"][name] for whole in (first, second))
        for key in sorted({*a} | {*b}):  # the machine, how many streams, which wires
            if key not in OF_A_RUN and a.get(key) != b.get(key):
                yield f"{name}: `{key}` differs, so the figures say little of the commits"


def print_table(first, second):
    both, lone = rows(first, second)
    width = max((len(key) for _, key, _, _ in both), default=0)
    shown = None
    for name, key, a, b in both:
        if name != shown:
            parts = [whole["sections"][name].get("commit", "?") for whole in (first, second)]
            print(f"\n{name}: {parts[0]} beside {parts[1]}")
            print(f"{'':{width}} {'A':>10} {'B':>10} {'B/A':>6}")
            shown = name
        times = ratio(a, b)
        print(f"{key:{width}} {number(a['median']):>10} {number(b['median']):>10} "
              f"{'' if times is None else f'{times:.2f}':>6} {a['unit']:8} {verdict(a, b)}")
    if lone:
        print(f"\nonly in one of them: {len(lone)} figures, of {', '.join(sorted({name for name, _ in lone}))}")
    verdicts = [verdict(a, b) for _, _, a, b in both]
    print(f"\n{len(both)} figures: " + ", ".join(
        f"{verdicts.count(each)} {each}" for each in ("better", "worse", "same", "other", "one round")))


def main(arguments):
    parser = argparse.ArgumentParser(prog="./dev bench --compare", description=__doc__.splitlines()[0])
    parser.add_argument("first", metavar="A.json")
    parser.add_argument("second", metavar="B.json")
    options = parser.parse_args(arguments)
    first, second = report.load(options.first), report.load(options.second)
    for each in warnings(first, second):
        print(f"bench: {each}")
    print_table(first, second)


if __name__ == "__main__":
    main(sys.argv[1:])
