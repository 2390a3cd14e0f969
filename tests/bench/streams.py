"""Opens many subscriptions/listen streams, and calls a tool from 16 connections beside them.

Usage: ./dev bench streams [--streams N] [--seconds S] [--rounds N] [--json FILE]
Says what the open streams cost the calls, memory and threads, and whether all of that comes back
once they are closed. A stream that isn't acknowledged or ends early, a failed call, or a thread or
descriptor that stays ends the bench.
"""

import argparse
import asyncio
import json
import os
import pathlib
import resource
import statistics
import sys
import tempfile
import time

import report
import wrk
from measure import progress
from servers import MODERN_HEADERS, Simulator, make_servers, modern_call

CONNECTIONS = 16
AT_ONCE = 16  # streams that are being opened
POOL = 8  # threads by which the host's pool may differ: each waits a minute for a connection
SPARE = 200  # descriptors beside those of the streams
GIVE_UP = 20  # seconds, for what should take none
ACKNOWLEDGED = b"notifications/subscriptions/acknowledged"


def listen_request(number):
    call = modern_call() | {"id": number, "method": "subscriptions/listen"}
    call["params"] = {"_meta": call["params"]["_meta"], "notifications": {"toolsListChanged": True}}
    body = json.dumps(call)
    headers = MODERN_HEADERS | {"Host": "127.0.0.1", "Mcp-Method": "subscriptions/listen",
                                "Content-Length": str(len(body))}
    del headers["Mcp-Name"]
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST /mcp HTTP/1.1\r\n{lines}\r\n{body}".encode()


class Streams:
    """So many streams to one host, all acknowledged."""

    def __init__(self, port):
        self.port = port
        self.open = []

    async def open_one(self, number, turn):
        async with turn:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            self.open.append((reader, writer))
            writer.write(listen_request(number))
            seen = b""
            while ACKNOWLEDGED not in seen:
                piece = await asyncio.wait_for(reader.read(4096), GIVE_UP)
                if not piece:
                    raise SystemExit(f"bench: stream {number} was refused:\n{seen.decode()}")
                seen += piece
            if seen.split(b"\r\n", 1)[0] != b"HTTP/1.1 200 OK":
                raise SystemExit(f"bench: stream {number}:\n{seen.decode()}")

    async def open_all(self, count):
        turn = asyncio.Semaphore(AT_ONCE)
        await asyncio.gather(*(self.open_one(number, turn) for number in range(count)))

    async def ended(self):
        """How many the host has ended; what it says meanwhile is thrown away."""
        await asyncio.sleep(0)
        return sum(reader.at_eof() for reader, _ in self.open)

    async def close_all(self):
        for _, writer in self.open:
            writer.close()
        await asyncio.gather(*(writer.wait_closed() for _, writer in self.open),
                             return_exceptions=True)
        self.open = []


def picture(host):
    process = pathlib.Path(f"/proc/{host.process.pid}")
    return {
        "memory_mib": host.memory()[0],
        "threads": len(os.listdir(process / "task")),
        "descriptors": len(os.listdir(process / "fd")),
    }


async def settled(host, most):
    """Once no more descriptors and threads are in use than in `most`, but for those of the pool."""
    room = {"threads": most["threads"] + POOL, "descriptors": most["descriptors"]}
    end = time.monotonic() + GIVE_UP
    while True:
        now = picture(host)
        if all(now[name] <= room[name] for name in room):
            return now
        if time.monotonic() > end:
            raise SystemExit(f"bench: the streams are closed, but {now} stays; before: {most}")
        await asyncio.sleep(0.02)


async def calls(host, options, what):
    """{figure: its value in each round}."""
    found = []
    for turn in range(options.rounds):
        progress(f"calls {what}: round {turn + 1}/{options.rounds}")
        numbers = await asyncio.to_thread(wrk.run, host, CONNECTIONS, options.seconds)
        found.append(wrk.rates(wrk.strictly(numbers, host.name, CONNECTIONS)))
    progress("")
    return {key: [each[key] for each in found] for key in found[0]}


async def warm_up(host):
    """Until allocator and thread pool have their size."""
    await calls(host, argparse.Namespace(rounds=1, seconds=2), "to warm up")
    streams = Streams(host.port)
    await streams.open_all(4 * AT_ONCE)
    await streams.close_all()


async def measure(host, options):
    fresh = picture(host)
    await warm_up(host)
    result = {"streams": options.streams, "calls_without": await calls(host, options, "alone")}
    result["before"] = await settled(
        host, {"threads": picture(host)["threads"], "descriptors": fresh["descriptors"]})
    streams = Streams(host.port)
    begun = time.perf_counter()
    await streams.open_all(options.streams)
    result["seconds_to_open"] = time.perf_counter() - begun
    result["with"] = picture(host)
    result["calls_with"] = await calls(host, options, f"beside {options.streams} streams")
    result["with_after_calls"] = picture(host)
    if ended := await streams.ended():
        raise SystemExit(f"bench: {ended} of {options.streams} streams ended by themselves")
    begun = time.perf_counter()
    await streams.close_all()
    result["after"] = await settled(host, result["before"])
    result["seconds_to_settle"] = time.perf_counter() - begun
    result["calls_after"] = await calls(host, options, "alone again")
    return result


WHEN = {"alone": "calls_without", "beside streams": "calls_with", "alone again": "calls_after"}


def kib_of_one(result):
    added = result["with"]["memory_mib"] - result["before"]["memory_mib"]
    return added * 1024 / result["streams"]


def figures(result):
    made = {
        "memory of a stream": report.figure("KiB", [kib_of_one(result)], "less"),
        "all opened in": report.figure("s", [result["seconds_to_open"]], "less"),
        "as before once closed after": report.figure("s", [result["seconds_to_settle"]], "less"),
    }
    for name, key in WHEN.items():
        for what, unit, better in (("requests_per_second", "req/s", "more"), ("p50_ms", "ms", "less"),
                                   ("p99_ms", "ms", "less")):
            made[f"calls {name}: {what.split('_')[0]}"] = report.figure(unit, result[key][what], better)
    for name, before in result["before"].items():
        unit = "MiB" if name == "memory_mib" else ""
        made[f"{name.removesuffix('_mib')} that stays"] = report.figure(
            unit, [result["after"][name] - before], "less")
    return made


def print_result(result):
    count = result["streams"]
    print(f"\n{count} streams opened in {result['seconds_to_open']:.2f} s, none ended early; "
          f"closed, all was as before after {result['seconds_to_settle'] * 1000:.0f} ms")
    print(f"{'tools/call':24} {'p50 ms':>8} {'p99 ms':>8} {'req/s':>9}")
    for name, key in WHEN.items():
        cell = {each: statistics.median(values) for each, values in result[key].items()}
        print(f"{name:24} {cell['p50_ms']:8.2f} {cell['p99_ms']:8.2f} "
              f"{cell['requests_per_second']:9.0f}")
    print(f"a stream takes {kib_of_one(result):.1f} KiB")
    print(f"{'':12} {'before':>9} {'open':>9} {'and calls':>9} {'closed':>9}")
    for name in result["before"]:
        cells = (result[when][name] for when in ("before", "with", "with_after_calls", "after"))
        print(f"{name:12}" + "".join(f" {cell:9.1f}" for cell in cells))


def allow_descriptors(count):
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < count:
        raise SystemExit(f"bench: {count} open files are needed, `ulimit -Hn` allows {hard}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (count, hard))  # the host inherits it


def main(arguments):
    parser = argparse.ArgumentParser(prog="./dev bench streams")
    parser.add_argument("--streams", type=int, default=1000)
    parser.add_argument("--seconds", type=int, default=5, help="of each measurement of calls")
    parser.add_argument("--rounds", type=int, default=3)
    report.add_json_option(parser)
    options = parser.parse_args(arguments)
    allow_descriptors(options.streams + SPARE)
    with tempfile.TemporaryDirectory(prefix="adomcp-bench-") as name:
        simulator = Simulator()
        [host] = make_servers(["adomcp"], pathlib.Path(name), simulator)
        try:
            host.start()
            result = asyncio.run(measure(host, options))
        finally:
            host.stop()
            simulator.stop()
    print_result(result)
    if options.json:
        report.merge(options.json, "streams", report.section(figures(result), streams=options.streams))


if __name__ == "__main__":
    main(sys.argv[1:])
