"""The echo tool of adomcp beside that of other MCP SDKs, with Poco and nginx as ceilings.

Usage: ./dev bench peers [server …] [--connections N,N…] [--rounds N] [--seconds S] [--json FILE] [--svg FILE]
Servers: `full` is adomcp with token check, access rules and audit to a file and standard output,
`bare` adomcp without any of these; rmcp, go-sdk, typescript-2, typescript-1 and fastmcp check and
write nothing; `poco` parses and dumps JSON and knows no protocol, `nginx` answers a constant. Each
speaks the newest wire that it knows. What this machine can't build is skipped, and a line says so.
Errors and answers but 2xx are counted and shown; latencies of wrk are of a closed loop, ./dev bench
overload has those of an open one.
"""

import argparse
import pathlib
import statistics
import sys
import tempfile

import bench
import chart
import measure
import peer_builds
import report
from servers import MANY, ROOT, Simulator, adomcp, config, full_adomcp

sys.path.insert(0, str(ROOT / "tests/integration"))
from issuer import Issuer  # noqa: E402

OURS = ("full", "bare")
BASES = ("rmcp", "poco")  # what ratios are to
USUAL_PICTURE = ROOT / "build/bench_peers.svg"


def parse(arguments):
    known = [*OURS, *peer_builds.MAKERS]
    parser = argparse.ArgumentParser(prog="./dev bench peers")
    parser.add_argument("servers", nargs="*", metavar="server", help=f"{', '.join(known)}; all unless named")
    bench.add_options(parser, "1,16,64,256", rounds=5)
    parser.add_argument("--svg", type=pathlib.Path, default=USUAL_PICTURE, metavar="FILE",
                        help="where to draw throughput and p99; build/bench_peers.svg unless given")
    options = parser.parse_args(arguments)
    if strange := set(options.servers) - set(known):
        parser.error(f"no such server: {', '.join(sorted(strange))}; there are {', '.join(known)}")
    options.servers = options.servers or known
    return options


def make_servers(names, folder, simulator, issuer):
    made = []
    if "full" in names:
        made.append(full_adomcp(folder, simulator, issuer, MANY))
    if "bare" in names:
        made.append(adomcp("adomcp bare", folder, config(simulator, connections=MANY)))
    made += peer_builds.make(names, folder)
    if not made:
        raise SystemExit("bench: none of these servers is here")
    return made


def median_lines(results, key):
    return {result["server"].name: [statistics.median(measure.values(result, connections, key))
                                    for connections in result["rounds"]] for result in results}


def picture(results):
    if sum(sum(each) for each in median_lines(results, "requests_per_second").values()) == 0:
        raise SystemExit("bench: no server answered, so there is nothing to draw")
    return chart.draw(list(results[0]["rounds"]), [
        ("calls a second", median_lines(results, "requests_per_second"), chart.linear),
        ("p99 in ms", median_lines(results, "p99_ms"), chart.logarithmic)])


def draw(results, path):
    """Not without the peers that matter: half a comparison would be read as a whole one."""
    here = {result["server"].name for result in results}
    if missing := [name for name in peer_builds.NEEDED if name not in here]:
        print(f"no picture: {' and '.join(missing)} must be in it")
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(picture(results), encoding="utf-8")
    print(f"wrote {path}")


def run(options):
    with tempfile.TemporaryDirectory(prefix="adomcp-bench-") as name, Issuer() as issuer:
        simulator = Simulator()
        servers = []
        try:
            servers = make_servers(options.servers, pathlib.Path(name), simulator, issuer)
            return measure.run(servers, options, strict=False)
        finally:
            for server in servers:
                server.stop()
            simulator.stop()


def main(arguments):
    options = parse(arguments)
    results = run(options)
    bases = [result for result in results if result["server"].name in BASES]
    measure.print_tables(results, bases)
    if options.json:
        wires = {result["server"].name: result["server"].wire for result in results}
        report.merge(options.json, "peers", report.section(measure.figures(results, bases), wires=wires))
    draw(results, options.svg)


if __name__ == "__main__":
    main(sys.argv[1:])
