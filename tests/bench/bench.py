"""Measures tools/call of an echo tool: adomcp beside Poco's HTTPServer and the npm SDK server.

Usage: ./dev bench [adomcp] [package] [poco] [sdk] [--rounds N] [--seconds S] [--json FILE]
Machines differ and are noisy, so all servers run in one go, in alternating rounds; read the
ratios of the medians. `package` is what ./dev package packed, and runs when it is named. Any wrong
answer, error or status but 2xx makes the bench fail.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

from servers import ROOT, TEXT, Simulator, make_servers

CONNECTIONS = (1, 16, 64)
ERRORS = ("connect", "read", "write", "status", "timeout", "wrong")
SCRIPT = ROOT / "tests/bench/call.lua"


def wrk(server, connections, seconds, expect=""):
    """One run; the numbers that call.lua prints. Ends the bench on any error."""
    environment = os.environ | {
        "BENCH_BODY": server.body,
        "BENCH_HEADERS": "\n".join(f"{name}: {value}" for name, value in server.headers.items()),
    }
    if expect:
        environment["BENCH_EXPECT"] = expect
    done = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "-s", str(SCRIPT),
         f"http://127.0.0.1:{server.port}/mcp"],
        env=environment, capture_output=True, text=True)
    lines = [line for line in done.stdout.splitlines() if line.startswith("BENCH ")]
    if done.returncode or not lines:
        raise SystemExit(f"bench: wrk failed on {server.name}:\n{done.stdout}{done.stderr}")
    numbers = json.loads(lines[0].removeprefix("BENCH "))
    errors = {name: numbers[name] for name in ERRORS if numbers[name]}
    if errors or not numbers["requests"]:
        raise SystemExit(f"bench: {server.name} at {connections} connections: "
                         f"{numbers['requests']} answers, errors {errors}")
    return numbers


def progress(text):
    if sys.stderr.isatty():
        print(f"{text:50}", end="\r", file=sys.stderr, flush=True)


def measure(servers, rounds, seconds):
    """{server: {connections: [numbers of each round]}}; each round begins with another server."""
    runs = {server.name: {connections: [] for connections in CONNECTIONS} for server in servers}
    for turn in range(rounds):
        shift = turn % len(servers)
        for connections in CONNECTIONS:
            for server in servers[shift:] + servers[:shift]:
                progress(f"round {turn + 1}/{rounds}: {server.name} at {connections}")
                runs[server.name][connections].append(wrk(server, connections, seconds))
    progress("")
    return runs


def summary(server, runs, startups, idle, loaded):
    cells = {}
    for connections, numbers in runs.items():
        cells[connections] = {
            "requests_per_second": statistics.median(
                each["requests"] / each["duration"] * 1e6 for each in numbers),
            "p50_ms": statistics.median(each["p50"] for each in numbers) / 1000,
            "p99_ms": statistics.median(each["p99"] for each in numbers) / 1000,
        }
    return {
        "name": server.name,
        "connections": cells,
        "startup_ms": statistics.median(startups) * 1000,
        "memory_mib": {"idle": idle[0], "loaded": loaded[0], "peak": loaded[1]},
    }


def print_table(results):
    first = results[0]
    print(f"\n{'server':8} {'conns':>5} {'req/s':>9} {'p50 ms':>8} {'p99 ms':>8}"
          + "".join(f"  {first['name'] + '/' + other['name']:>12}" for other in results[1:]))
    for connections in CONNECTIONS:
        for result in results:
            cell = result["connections"][connections]
            line = (f"{result['name']:8} {connections:5} {cell['requests_per_second']:9.0f} "
                    f"{cell['p50_ms']:8.2f} {cell['p99_ms']:8.2f}")
            if result is first:
                for other in results[1:]:
                    theirs = other["connections"][connections]["requests_per_second"]
                    line += f"  {cell['requests_per_second'] / theirs:11.2f}x"
            print(line)
    print(f"\n{'server':8} {'start-up ms':>12} {'idle MiB':>9} {'loaded':>7} {'peak':>7}")
    for result in results:
        memory = result["memory_mib"]
        print(f"{result['name']:8} {result['startup_ms']:12.0f} {memory['idle']:9.1f} "
              f"{memory['loaded']:7.1f} {memory['peak']:7.1f}")


def bench(servers, options):
    startups, idle = {}, {}
    for server in servers:
        startups[server.name] = []
        for _ in range(options.starts):
            server.stop()
            startups[server.name].append(server.start())
        idle[server.name] = server.memory()
    for server in servers:  # every answer looked at, under load, before any is timed
        wrk(server, max(CONNECTIONS), 1, expect=TEXT)
    runs = measure(servers, options.rounds, options.seconds)
    results = []
    for server in servers:
        loaded = server.memory()
        server.check()
        results.append(summary(server, runs[server.name], startups[server.name],
                               idle[server.name], loaded))
    return results


def parse(arguments):
    parser = argparse.ArgumentParser(prog="./dev bench")
    parser.add_argument("servers", nargs="*", metavar="server",
                        help="adomcp, package, poco, sdk; all but package when none is named; "
                             "ratios are to the first")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=5, help="of each measurement")
    parser.add_argument("--starts", type=int, default=7, help="starts that are timed")
    parser.add_argument("--json", type=pathlib.Path, help="write the numbers to this file too")
    options = parser.parse_args(arguments)
    usual = ["adomcp", "poco", "sdk"]
    known = [*usual, "package"]
    if strange := set(options.servers) - set(known):
        parser.error(f"no such server: {', '.join(sorted(strange))}; there are {', '.join(known)}")
    options.servers = options.servers or usual
    return options


def main(arguments):
    options = parse(arguments)
    with tempfile.TemporaryDirectory(prefix="adomcp-bench-") as folder:
        simulator = Simulator() if {"adomcp", "package"} & set(options.servers) else None
        servers = make_servers(options.servers, pathlib.Path(folder), simulator)
        try:
            results = bench(servers, options)
        finally:
            for server in servers:
                server.stop()
            if simulator:
                simulator.stop()
    print_table(results)
    if options.json:
        options.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
