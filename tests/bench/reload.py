"""Replaces a plugin's file again and again while 16 connections call another plugin's tool.

Usage: ./dev bench reload [--reloads N] [--json FILE]
Says how long a file takes to be in tools/list, what the callers notice, and whether memory,
threads, mapped files and descriptors stay where they were. A failed call ends the bench.
"""

import argparse
import http.client
import json
import os
import pathlib
import signal
import statistics
import subprocess
import sys
import tempfile
import time

import report
import wrk
from measure import progress
from servers import BUILD, MODERN_HEADERS, Server, Simulator, config, modern_call

CONNECTIONS = 16
WARM_UP = 20  # until allocator and thread pool have their size
EDITIONS = (b"Says hello.", b"Says hallo.")
GIVE_UP = 10  # seconds for one file


class Host(Server):
    """The host with the echo plugin, and another one whose file is replaced."""

    def __init__(self, folder, simulator):
        self.library = folder / "changing.so"
        self.original = (BUILD / "zoo/good_c.so").read_bytes()
        self.put(EDITIONS[0])
        path = folder / "adomcp.yaml"
        path.write_text(config(simulator, folder / "audit.jsonl").replace(
            "plugins:\n", f'plugins:\n  - {{ id: good-c, library: "{self.library}", tools: [ hello_c ] }}\n'))
        command = [BUILD / "bin/adomcp", "serve", "--config", path, "--port", "{port}"]
        super().__init__("adomcp", command, folder)

    def put(self, edition):
        fresh = self.library.with_suffix(".new")
        fresh.write_bytes(self.original.replace(EDITIONS[0], edition))
        fresh.rename(self.library)

    def get(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, headers or {})
            return connection.getresponse().read()
        finally:
            connection.close()

    def list(self):
        call = modern_call()
        call["method"] = "tools/list"
        call["params"] = {"_meta": call["params"]["_meta"]}
        headers = MODERN_HEADERS | {"Mcp-Method": "tools/list"}
        del headers["Mcp-Name"]
        return self.get("POST", "/mcp", json.dumps(call), headers)

    def drained(self):
        """Once no old generation is left."""
        end = time.monotonic() + GIVE_UP
        while time.monotonic() < end:
            status = json.loads(self.get("GET", "/status"))
            if not status["draining_generations"]:
                return status
            time.sleep(0.01)
        raise SystemExit(f"bench: old generations stay: {status}")

    def picture(self):
        self.drained()
        process = pathlib.Path(f"/proc/{self.process.pid}")
        return {
            "memory_mib": self.memory()[0],
            "threads": len(os.listdir(process / "task")),
            "mapped": len((process / "maps").read_text().splitlines()),
            "descriptors": len(os.listdir(process / "fd")),
        }

    def reload(self, edition):
        """Seconds from the file to the list."""
        begun = time.perf_counter()
        self.put(edition)
        while edition not in self.list():
            if time.perf_counter() - begun > GIVE_UP:
                raise SystemExit(f"bench: not reloaded within {GIVE_UP} s: {self.get('GET', '/status')}")
            time.sleep(0.002)
        return time.perf_counter() - begun


class Load:
    """wrk on the echo tool until it is told to stop."""

    def __init__(self, host):
        self.process = subprocess.Popen(
            wrk.command(host, CONNECTIONS, 3600), env=wrk.environment(host),
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler))

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        out = self.process.communicate(timeout=30)[0]
        numbers = wrk.parse(out)
        if numbers is None:
            raise SystemExit(f"bench: wrk failed:\n{out}")
        return wrk.strictly(numbers, "adomcp", CONNECTIONS)


def measure(host, reloads):
    alone = wrk.strictly(wrk.run(host, CONNECTIONS, 5), host.name, CONNECTIONS)
    load = Load(host)
    for turn in range(WARM_UP):
        host.reload(EDITIONS[(turn + 1) % 2])
    before = host.picture()
    seconds = []
    for turn in range(reloads):
        progress(f"reload {turn + 1}/{reloads}")
        seconds.append(host.reload(EDITIONS[(turn + 1) % 2]))
    after = host.picture()
    beside = load.stop()
    progress("")
    return {"reloads": reloads, "seconds": seconds, "before": before, "after": after,
            "alone": alone, "beside": beside, "status": host.drained()}


def print_result(result):
    times = sorted(1000 * second for second in result["seconds"])
    calls = result["beside"]["requests"]
    print(f"\n{result['reloads']} reloads under {CONNECTIONS} connections, {calls} calls, none failed")
    print(f"file to tools/list: median {statistics.median(times):.0f} ms, "
          f"most {times[-1]:.0f} ms")
    alone, beside = result["alone"]["p99"], result["beside"]["p99"]
    print(f"p99 of a call: {beside / 1000:.2f} ms, {beside / alone:.2f}x that without reloads")
    for name, before in result["before"].items():
        print(f"{name:12} {before:8.1f} before {result['after'][name]:8.1f} after")


def in_tens(seconds):
    """Medians of tenths of the reloads in ms: what one reload takes says little."""
    size = max(1, len(seconds) // 10)
    tenths = [seconds[at:at + size] for at in range(0, len(seconds), size)]
    return [1000 * statistics.median(tenth) for tenth in tenths]


def figures(result):
    made = {
        "file to tools/list": report.figure("ms", in_tens(result["seconds"]), "less"),
        "p99 of a call alone": report.figure("ms", [result["alone"]["p99"] / 1000], "less"),
        "p99 of a call beside reloads": report.figure("ms", [result["beside"]["p99"] / 1000], "less"),
    }
    for name, before in result["before"].items():
        unit = "MiB" if name == "memory_mib" else ""
        made[f"{name.removesuffix('_mib')} that stays"] = report.figure(
            unit, [result["after"][name] - before], "less")
    return made


def main(arguments):
    parser = argparse.ArgumentParser(prog="./dev bench reload")
    parser.add_argument("--reloads", type=int, default=100)
    report.add_json_option(parser)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="adomcp-bench-") as name:
        simulator = Simulator()
        host = Host(pathlib.Path(name), simulator)
        try:
            host.start()
            result = measure(host, options.reloads)
        finally:
            host.stop()
            simulator.stop()
    print_result(result)
    if options.json:
        report.merge(options.json, "reload", report.section(figures(result), reloads=options.reloads))


if __name__ == "__main__":
    main(sys.argv[1:])
