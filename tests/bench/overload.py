"""What becomes of calls when more arrive than the host can carry. The host is in full, as in peers.py.

Usage: ./dev bench overload [--rounds N] [--seconds S] [--connections N] [--json FILE]
wrk finds the rate that the host carries; open_loop then lets calls arrive at 0.5, 1 and 2 times that
rate, whatever becomes of earlier ones. Latencies count from the planned arrival. Calls taken are
those with the right answer; those refused got 503 with Retry-After, which clients know how to handle;
others got another answer, none, or lost their connection. Load and host share the processors, so
the host has less of them at twice the rate than wrk left it.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

import report
import wrk
from measure import progress
from servers import BUILD, ROOT, TEXT, Simulator, full_adomcp

sys.path.insert(0, str(ROOT / "tests/integration"))
from issuer import Issuer  # noqa: E402

FACTORS = (0.5, 1.0, 2.0)
CLOSED = 64  # connections with which wrk finds the rate
MARK = "OPEN "
# name: (unit, better)
FIGURES = {
    "arrived": ("calls/s", ""),
    "taken": ("calls/s", "more"),
    "taken p50": ("ms", "less"),
    "taken p99": ("ms", "less"),
    "refused": ("%", ""),
    "refused p99": ("ms", "less"),
    "others": ("%", "less"),
    "held up p99": ("ms", ""),
}


def parse(output):
    """The numbers that open_loop prints; None when there are none."""
    lines = [line for line in output.splitlines() if line.startswith(MARK)]
    return json.loads(lines[-1].removeprefix(MARK)) if lines else None


def open_loop(server, rate, seconds, connections):
    command = [str(BUILD / "bin/open_loop"), str(server.port), f"{rate:.0f}", str(seconds), str(connections)]
    done = subprocess.run(command, env=wrk.environment(server, TEXT), capture_output=True, text=True)
    numbers = parse(done.stdout)
    if done.returncode or numbers is None:
        raise SystemExit(f"bench: open_loop failed:\n{done.stdout}{done.stderr}")
    return numbers


def figures_of(numbers, seconds):
    """One run's, by the names of FIGURES; a share is of all calls that arrived."""
    planned = numbers["planned"]
    others = numbers["other"]["count"] + numbers["broken"] + numbers["unanswered"]
    return {
        "arrived": planned / seconds,
        "taken": numbers["taken"]["count"] / max(numbers["seconds"], seconds),
        "taken p50": numbers["taken"]["p50"] / 1000,
        "taken p99": numbers["taken"]["p99"] / 1000,
        "refused": 100 * numbers["refused"]["count"] / planned,
        "refused p99": numbers["refused"]["p99"] / 1000,
        "others": 100 * others / planned,
        "held up p99": numbers["held_up"]["p99"] / 1000,
    }


def carried(server, options):
    """Requests a second of wrk, in each round."""
    found = []
    for turn in range(options.rounds):
        progress(f"closed loop: round {turn + 1}/{options.rounds}")
        numbers = wrk.strictly(wrk.run(server, CLOSED, options.seconds), server.name, CLOSED)
        found.append(wrk.rates(numbers)["requests_per_second"])
    return found


def measure(server, options):
    """(what wrk found in each round, {factor: numbers of each round})."""
    closed = carried(server, options)
    rate = statistics.median(closed)
    runs = {factor: [] for factor in FACTORS}
    for turn in range(options.rounds):
        shift = turn % len(FACTORS)
        for factor in FACTORS[shift:] + FACTORS[:shift]:
            progress(f"open loop: round {turn + 1}/{options.rounds}, {factor:g} times the rate")
            runs[factor].append(open_loop(server, factor * rate, options.seconds, options.connections))
    progress("")
    server.check()  # it still is well
    return closed, runs


def figures(closed, runs, seconds):
    made = {"carried by wrk": report.figure("calls/s", closed, "more")}
    for factor, rounds in runs.items():
        found = [figures_of(numbers, seconds) for numbers in rounds]
        for name, (unit, better) in FIGURES.items():
            if name == "refused p99" and not any(each["refused"] for each in found):
                continue  # no answer, no time
            made[f"{factor:g} times: {name}"] = report.figure(unit, [each[name] for each in found], better)
    return made


def others_in_words(rounds):
    """Of all rounds: statuses but 200 and the refusals, wrong, broken and missing answers."""
    seen = {}
    for numbers in rounds:
        counts = {f"status {status}": count for status, count in numbers["statuses"].items() if status != "200"}
        if "status 503" in counts:
            counts["status 503"] -= numbers["refused"]["count"]
        counts |= {name: numbers[name] for name in ("wrong", "broken", "unanswered")}
        seen = {name: seen.get(name, 0) + counts.get(name, 0) for name in {**seen, **counts}}
    return ", ".join(f"{name} {count}" for name, count in seen.items() if count)


def print_result(closed, runs, made):
    print(f"\nwrk with {CLOSED} connections: {statistics.median(closed):.0f} calls a second")
    print(f"{'':12}" + "".join(f" {name + ' ' + unit:>16}" for name, (unit, _) in FIGURES.items()))
    for factor in runs:
        cells = (made.get(f"{factor:g} times: {name}") for name in FIGURES)
        print(f"{f'{factor:g} times':12}" + "".join(
            f" {round(cell['median'], 2) if cell else '-':>16}" for cell in cells))
    for factor, rounds in runs.items():
        if words := others_in_words(rounds):
            print(f"others at {factor:g} times, all rounds: {words}")


def main(arguments):
    parser = argparse.ArgumentParser(prog="./dev bench overload")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=5, help="of each measurement")
    parser.add_argument("--connections", type=int, default=1000, help="that the open loop may have at a time")
    report.add_json_option(parser)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="adomcp-bench-") as name, Issuer() as issuer:
        simulator = Simulator()
        server = full_adomcp(pathlib.Path(name), simulator, issuer)
        try:
            server.start()
            closed, runs = measure(server, options)
        finally:
            server.stop()
            simulator.stop()
    made = figures(closed, runs, options.seconds)
    print_result(closed, runs, made)
    if options.json:
        report.merge(options.json, "overload", report.section(made, connections=options.connections))


if __name__ == "__main__":
    main(sys.argv[1:])
