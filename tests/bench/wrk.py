"""Closed-loop load on a server by wrk with call.lua: each connection asks again once it is answered."""

import json
import os
import pathlib
import subprocess

SCRIPT = pathlib.Path(__file__).with_name("call.lua")
ERRORS = ("connect", "read", "write", "status", "timeout", "wrong")
MARK = "BENCH "


def parse(output):
    """The numbers that call.lua prints, times in microseconds; None when there are none."""
    lines = [line for line in output.splitlines() if line.startswith(MARK)]
    return json.loads(lines[-1].removeprefix(MARK)) if lines else None


def errors_of(numbers):
    """{kind: how many}, of those there were; `status` is any answer but 2xx and 3xx."""
    return {name: numbers[name] for name in ERRORS if numbers[name]}


def environment(server, expect=""):
    """What call.lua and open_loop send; with `expect` every answer must hold it."""
    return os.environ | {
        "BENCH_BODY": server.body,
        "BENCH_HEADERS": "\n".join(f"{name}: {value}" for name, value in server.headers.items()),
    } | ({"BENCH_EXPECT": expect} if expect else {})


def command(server, connections, seconds):
    return ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "-s", str(SCRIPT),
            f"http://127.0.0.1:{server.port}/mcp"]


def run(server, connections, seconds, expect=""):
    """One run's numbers, errors among them. Ends the bench when wrk itself fails."""
    done = subprocess.run(command(server, connections, seconds), env=environment(server, expect),
                          capture_output=True, text=True)
    numbers = parse(done.stdout)
    if done.returncode or numbers is None:
        raise SystemExit(f"bench: wrk failed on {server.name}:\n{done.stdout}{done.stderr}")
    return numbers


def strictly(numbers, name, connections):
    """The numbers again; ends the bench unless every call was answered well."""
    if errors_of(numbers) or not numbers["requests"]:
        raise SystemExit(f"bench: {name} at {connections} connections: {numbers['requests']} answers, "
                         f"errors {errors_of(numbers)}")
    return numbers


def rates(numbers):
    """Of one run: requests a second, p50 and p99 in ms."""
    return {"requests_per_second": numbers["requests"] / numbers["duration"] * 1e6,
            "p50_ms": numbers["p50"] / 1000, "p99_ms": numbers["p99"] / 1000}
