"""Several servers under the same load in alternating rounds, for bench.py and peers.py.

Machines differ and are noisy, so all servers run in one go, each round begins with another one, and
a ratio is taken in each round before its median is.
"""

import statistics
import sys

import report
import wrk
from servers import TEXT


def progress(text):
    if sys.stderr.isatty():
        print(f"{text:60}", end="\r", file=sys.stderr, flush=True)


def start(server, times):
    """What is known of a server before it had any load."""
    startups, idle = [], []
    for _ in range(times):
        server.stop()
        startups.append(server.start() * 1000)
        idle.append(server.memory()[0])
    return {"server": server, "startup_ms": startups, "idle_mib": idle, "loaded_mib": [], "errors": 0}


def one_round(result, connections, seconds, strict):
    server = result["server"]
    before = server.processor_seconds()
    numbers = wrk.run(server, connections, seconds)
    used = server.processor_seconds() - before
    if strict:
        wrk.strictly(numbers, server.name, connections)
    return wrk.rates(numbers) | {
        "errors": sum(wrk.errors_of(numbers).values()),
        "requests_per_processor_second": numbers["requests"] / used if used else 0,
    }


def check_answers(result, connections, strict):
    """Every answer is looked at under load, before any is timed."""
    server = result["server"]
    numbers = wrk.run(server, connections, 1, expect=TEXT)
    if strict:
        wrk.strictly(numbers, server.name, connections)
    result["errors"] += sum(wrk.errors_of(numbers).values())


def run(servers, options, strict):
    """A result for each server; options are connections, rounds, seconds and starts."""
    results = [start(server, options.starts) for server in servers]
    for result in results:
        result["rounds"] = {connections: [] for connections in options.connections}
        check_answers(result, max(options.connections), strict)
    for turn in range(options.rounds):
        shift = turn % len(results)
        for connections in options.connections:
            for result in results[shift:] + results[:shift]:
                progress(f"round {turn + 1}/{options.rounds}: {result['server'].name} at {connections}")
                result["rounds"][connections].append(
                    one_round(result, connections, options.seconds, strict))
        for result in results:
            result["loaded_mib"].append(result["server"].memory()[0])
    progress("")
    for result in results:
        result["peak_mib"] = [result["server"].memory()[1]]
        result["server"].check()
    return results


UNITS = {
    "requests_per_second": ("requests", "req/s", "more"),
    "p50_ms": ("p50", "ms", "less"),
    "p99_ms": ("p99", "ms", "less"),
    "requests_per_processor_second": ("requests of a processor-second", "req/s", "more"),
    "errors": ("errors", "", "less"),
}
AT_REST = {
    "startup_ms": ("start to first answer", "ms"),
    "idle_mib": ("memory at rest", "MiB"),
    "loaded_mib": ("memory after load", "MiB"),
    "peak_mib": ("most memory", "MiB"),
}


def values(result, connections, key):
    return [each[key] for each in result["rounds"][connections]]


def ratios(result, base, connections):
    """To another server in the same rounds; a round in which that one answered nothing gives none."""
    pairs = zip(values(result, connections, "requests_per_second"),
                values(base, connections, "requests_per_second"))
    return [mine / theirs for mine, theirs in pairs if theirs]


def figures(results, bases):
    """Those of a report's section."""
    made = {}
    for result in results:
        name = result["server"].name
        for connections in result["rounds"]:
            for key, (what, unit, better) in UNITS.items():
                made[f"{name}, {connections}: {what}"] = report.figure(
                    unit, values(result, connections, key), better, exact=key == "errors")
            for base in bases:
                found = ratios(result, base, connections)
                if base is not result and found:
                    made[f"{name}, {connections}: to {base['server'].name}"] = report.figure(
                        "x", found, "more")
        for key, (what, unit) in AT_REST.items():
            made[f"{name}: {what}"] = report.figure(unit, result[key], "less")
    return made


def ratio_cell(result, base, connections):
    found = ratios(result, base, connections)
    return f"{statistics.median(found):.2f}" if found else "-"


def print_tables(results, bases):
    heads = "".join(f" {'to ' + base['server'].name:>8}" for base in bases)
    for connections in results[0]["rounds"]:
        print(f"\n{f'connections: {connections}':16} {'wire':10} {'req/s':>8}{heads} "
              f"{'p50 ms':>8} {'p99 ms':>8} {'req/cpu-s':>9} {'errors':>7}")
        for result in results:
            middle = {key: statistics.median(values(result, connections, key)) for key in UNITS}
            cells = "".join(f" {ratio_cell(result, base, connections):>8}" for base in bases)
            print(f"{result['server'].name:16} {result['server'].wire:10} "
                  f"{middle['requests_per_second']:8.0f}{cells} {middle['p50_ms']:8.2f} "
                  f"{middle['p99_ms']:8.2f} {middle['requests_per_processor_second']:9.0f} "
                  f"{sum(values(result, connections, 'errors')):7}")
    print(f"\n{'':16} {'first answer ms':>15} {'idle MiB':>9} {'loaded':>8} {'peak':>8}")
    for result in results:
        print(f"{result['server'].name:16} {statistics.median(result['startup_ms']):15.0f} "
              f"{statistics.median(result['idle_mib']):9.1f} {statistics.median(result['loaded_mib']):8.1f} "
              f"{statistics.median(result['peak_mib']):8.1f}")
    wrong = [f"{each['server'].name}: {each['errors']}" for each in results if each["errors"]]
    if wrong:
        print("wrong answers or errors while every answer was looked at: " + ", ".join(wrong))
