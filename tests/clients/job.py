"""The main job: a client connects, finds the tools, and gets a failed run's cause and evidence. One
program a client gives its connections; what is asked and what must come is in calls.json."""

import asyncio
import contextlib
import importlib.metadata
import ipaddress
import json
import os
import pathlib
import socket
import sys

SECONDS = 120  # for one connection's whole job
TABLE = json.loads((pathlib.Path(__file__).parent / "calls.json").read_text())


class Wrong(Exception):
    """What a client got is not what it must get."""


def need(true, what):
    if not true:
        raise Wrong(what)


def stay_here(event, arguments):
    """An audit hook: whatever these libraries mean to send, nothing leaves this machine."""
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event in ("socket.connect", "socket.sendto") and arguments[0].family in (
        socket.AF_INET,
        socket.AF_INET6,
    ):
        host = arguments[1][0]
    else:
        return
    host = host.decode() if isinstance(host, bytes) else host
    if host in (None, "localhost"):
        return
    with contextlib.suppress(ValueError):
        if ipaddress.ip_address(host).is_loopback:
            return
    # Not an exception: a library that swallows it would hide that it tried.
    print(f"this client wanted to reach {host!r}", flush=True)
    os._exit(3)


def answer_of(text, structured):
    """One call's answer, which must be the same as structure and as text; None is for a client
    that shows no structure."""
    said = json.loads(text)
    need(structured is None or said == structured, f"structure and text differ: {text[:300]}")
    return said


def check_failure(answer):
    need(answer["run"]["id"] == TABLE["run"], f"the answer is about {answer['run']}")
    need(answer["run"]["result"] == "failed", f"the run is said to be {answer['run']['result']}")
    need(answer["cause"], "no cause is given")
    need(answer["failures"], "no failure is given")
    first = answer["failures"][0]
    need(first["task"] and first["evidence"], f"the failing task or its evidence is missing: {first}")
    need(all(line["line"] > 0 and line["text"] for line in first["evidence"]), "evidence without its place")


def check_runs(answer, arguments):
    found = len(answer["runs"])
    need(found == int(arguments["top"]), f"{found} runs came, asked for {arguments['top']}")


def check_dry_run(answer):
    need("run" not in answer, f"a dry run started {answer.get('run')}")
    need(answer["final_yaml"], "no final YAML came")


class Job:
    """One connection's calls. `session` has `tool_names()` and `call(tool, arguments)`, which gives
    an answer as `answer_of` does and raises whatever the client raises."""

    def __init__(self, session):
        self.session = session
        self.first = None  # the answer that every other one about the same run must equal
        self.wrong = []

    async def run(self):
        names = sorted(await self.session.tool_names())
        need(names == TABLE["tools"], f"the tools are {names}")
        for each in TABLE["calls"]:
            try:
                await self.one(each)
            except Exception as error:  # each client has its own
                self.wrong.append(f"{each['case']}: {type(error).__name__}: {str(error)[:400]}")

    async def one(self, each):
        arguments = {name: self.filled(value) for name, value in each["arguments"].items()}
        answer = await self.session.call(each["tool"], arguments)
        if each["expect"] == "runs":
            check_runs(answer, arguments)
        elif each["expect"] == "final_yaml":
            check_dry_run(answer)
        else:
            check_failure(answer)
            said = {key: answer[key] for key in ("run", "cause", "failures")}
            self.first = self.first or said
            need(said == self.first, "the answer differs from the first one about this run")

    def filled(self, value):
        if not isinstance(value, str) or "{run_url}" not in value:
            return value
        need(self.first, "no link to ask with: the first call gave none")
        return value.replace("{run_url}", self.first["run"]["url"])


async def try_one(who, wire, connect):
    wrong, more = [], ""
    try:
        async with asyncio.timeout(SECONDS), connect() as session:
            need(session.wire == wire, f"the wire is {session.wire}")
            job = Job(session)
            wrong = job.wrong  # kept, whatever comes after
            await job.run()
            if hasattr(session, "more"):
                more = await session.more()
    except Exception as error:
        wrong.append(f"{type(error).__name__}: {error}")
    report(f"{who}, {wire}", wrong, more)
    return not wrong


def report(who, wrong, more):
    """One line that run.py reads, `good` or `wrong` first; then what is wrong, a line each."""
    print(f"{'wrong' if wrong else 'good'}: {who}: {len(TABLE['tools'])} tools, {len(TABLE['calls'])} calls{more}")
    print(*("  " + " ".join(each.split()) + "\n" for each in wrong), sep="", end="", flush=True)


def main(package, connections):
    """Runs the job for each of `connections(url)`: what is used of the package, the wire it must
    agree on, and what opens a session. Exits 1 when one of them got something wrong."""
    sys.addaudithook(stay_here)
    name = f"{package} {importlib.metadata.version(package)}"

    async def every():
        return [await try_one(f"{name}, {used}", *rest) for used, *rest in connections(sys.argv[1])]

    sys.exit(0 if all(asyncio.run(every())) else 1)
