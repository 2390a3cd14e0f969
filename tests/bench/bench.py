"""Measures tools/call of an echo tool: adomcp beside Poco's HTTPServer and the npm SDK server.

Usage: ./dev bench [adomcp] [package] [poco] [sdk] [--connections N,N…] [--rounds N] [--seconds S] [--json FILE]
Read the ratios, not the figures: machines differ and are noisy. `package` is what ./dev package
packed, and runs when it is named. Any wrong answer, error or status but 2xx makes the bench fail.
"""

import argparse
import pathlib
import sys
import tempfile

import measure
import report
from servers import Simulator, make_servers

USUAL = ["adomcp", "poco", "sdk"]
KNOWN = [*USUAL, "package"]
MOST = 256  # connections; 64 calls of a tool run and four times as many wait, the next are refused


def connections(text):
    """Of `1,16,64`."""
    numbers = [int(part) for part in text.split(",")]
    if not all(1 <= number <= MOST for number in numbers):
        raise ValueError(text)
    return sorted(set(numbers))


def add_options(parser, usual_connections, rounds):
    """Those that bench.py and peers.py share."""
    parser.add_argument("--connections", type=connections, default=connections(usual_connections),
                        metavar="N,N…", help=f"at a time, 1 to {MOST}; {usual_connections} unless given")
    parser.add_argument("--rounds", type=int, default=rounds)
    parser.add_argument("--seconds", type=int, default=5, help="of each measurement")
    parser.add_argument("--starts", type=int, default=7, help="starts that are timed")
    report.add_json_option(parser)


def parse(arguments):
    parser = argparse.ArgumentParser(prog="./dev bench")
    parser.add_argument("servers", nargs="*", metavar="server",
                        help=f"{', '.join(KNOWN)}; all but package when none is named")
    add_options(parser, "1,16,64", rounds=3)
    options = parser.parse_args(arguments)
    if strange := set(options.servers) - set(KNOWN):
        parser.error(f"no such server: {', '.join(sorted(strange))}; there are {', '.join(KNOWN)}")
    options.servers = options.servers or USUAL
    return options


def main(arguments):
    options = parse(arguments)
    with tempfile.TemporaryDirectory(prefix="adomcp-bench-") as folder:
        simulator = Simulator() if {"adomcp", "package"} & set(options.servers) else None
        servers = make_servers(options.servers, pathlib.Path(folder), simulator)
        try:
            results = measure.run(servers, options, strict=True)
        finally:
            for server in servers:
                server.stop()
            if simulator:
                simulator.stop()
    measure.print_tables(results, bases=results[1:])
    if options.json:
        report.merge(options.json, "calls", report.section(measure.figures(results, results[1:])))


if __name__ == "__main__":
    main(sys.argv[1:])
