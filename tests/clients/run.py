#!/usr/bin/env python3
"""The main job by real clients of other makers, against the simulator and a host with config/demo.yaml.

Usage: run.py --bin ADOMCP [NAME...]    NAME: mcp, mcp1, fastmcp, openai-agents, langchain, go; all of them
unless named. Prints a line for each client and wire, and a summary; exits 1 when one got something
wrong or could not be tried. Everything it makes is in build/clients.
"""

import argparse
import json
import pathlib
import re
import signal
import sys
import tempfile
import time
import urllib.error
import urllib.request

import programs

sys.path.insert(0, str(programs.ROOT / "tests" / "integration"))

import harness  # noqa: E402
import outputs  # noqa: E402

JOB_SECONDS = 480
CALLS = programs.HERE / "calls.json"


# Whatever ends this program ends what it started.
WITH_THIS = ["setpriv", "--pdeathsig", "TERM", "--"]


class Simulator(harness.Program):
    """The Azure DevOps organisation of config/demo.yaml, on a free port."""

    def __init__(self):
        program = programs.ROOT / "tests" / "simulator" / "simulator.py"
        super().__init__([*WITH_THIS, sys.executable, "-u", program, "--port", "0"])
        self.port = self.wait_for("simulator ready on").rpartition(":")[2]


class DemoHost(harness.Program):
    """The host as ./dev run starts it, on a free port."""

    def __init__(self, program, simulator, audit_file):
        config = programs.ROOT / "config" / "demo.yaml"
        super().__init__(
            [*WITH_THIS, program, "serve", "--config", config, "--port", "0"],
            env={
                "SIMULATOR_PORT": simulator.port,
                "ADOMCP_DEMO_TOKEN": harness.TOKEN,
                "ADOMCP_AUDIT_FILE": str(audit_file),
            },
            watch="stderr",
        )
        try:
            self.url = self.wait_for("adomcp ready on").split()[-1]
            self.wait_until_ready()
        except BaseException:
            self.process.kill()
            raise

    def wait_until_ready(self):
        ask = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        end = time.monotonic() + 60
        while True:
            try:
                ask.open(self.url.removesuffix("/mcp") + "/readyz", timeout=10).close()
                return
            except urllib.error.HTTPError as error:
                if time.monotonic() > end:
                    raise programs.Untried(f"the host never got ready: {error.read().decode()}") from None
            time.sleep(0.1)

    def check(self, calls):
        """What it put out: every call once, from start to outcome, and no secret."""
        said = [*self.lines["stdout"], *self.lines["stderr"]]
        records = outputs.records(self.lines["stdout"])
        finished = [each for each in records if each["event"] == "finished" and each.get("tool_name")]
        wrong = [f"the host put out a secret: {each}" for each in outputs.leaks(said, [harness.TOKEN])]
        wrong += [f"call {each} has not one start and one outcome" for each in outputs.unpaired(records)]
        if len(finished) != calls:
            wrong.append(f"the clients made {calls} calls, the host recorded {len(finished)}")
        return wrong


def try_client(name, url, home):
    """Prints a line for each of its connections; gives whether all were good, and the calls they made."""
    command = [*programs.go_client(), url, CALLS] if name == "go" else [*programs.python_client(name), url]
    code, output = programs.run(command, JOB_SECONDS, programs.client_environment(home))
    lines = re.findall(r"^(?:good|wrong): .*$", output, re.MULTILINE)
    if not lines or code not in (0, 1):
        raise programs.Untried(f"exit code {code}\n{output[-3000:].rstrip()}")
    good = code == 0 and all(line.startswith("good") for line in lines)
    print("\n".join(lines) if good else output.rstrip())
    return good, len(lines) * len(json.loads(CALLS.read_text())["calls"])


def try_all(names, url, home):
    """Gives (good, skipped, failed names, calls made)."""
    good, skipped, failed, calls = [], [], [], 0
    for name in names:
        try:
            is_good, made = try_client(name, url, home)
            calls += made
            (good if is_good else failed).append(name)
        except programs.Skipped as reason:
            print(f"{name}: SKIPPED: {reason}")
            skipped.append(name)
        except programs.Untried as reason:
            print(f"{name}: FAILED: {reason}")
            failed.append(name)
        sys.stdout.flush()
    return good, skipped, failed, calls


def with_servers(program, names):
    with tempfile.TemporaryDirectory(prefix="adomcp-clients-") as home:
        simulator = Simulator()
        host = None
        try:
            host = DemoHost(program, simulator, pathlib.Path(home) / "audit.jsonl")
            good, skipped, failed, calls = try_all(names, host.url, home)
            code = host.stop()
            # A client that broke off has made fewer calls than it was to make.
            wrong = [] if failed else host.check(calls)
            wrong += [f"the host ended with {code}"] if code != 0 else []
        finally:
            for each in (host, simulator):
                if each and each.process.poll() is None:
                    each.process.kill()
                    each.process.wait()
    for each in wrong:
        print(f"FAILED: {each}")
    print(f"clients: {len(good)} good, {len(failed)} failed, {len(skipped)} skipped")
    return not failed and not wrong and bool(good)


def main():
    every = [*programs.PYTHON_CLIENTS, "go"]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True, type=pathlib.Path)
    parser.add_argument("names", nargs="*", choices=[[], *every], default=[], metavar="NAME")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    programs.BUILD.mkdir(parents=True, exist_ok=True)
    sys.exit(0 if with_servers(given.bin.resolve(), given.names or every) else 1)


if __name__ == "__main__":
    main()
