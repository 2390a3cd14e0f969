"""The servers that ./dev bench compares: how each is started, asked, and looked at."""

import http.client
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import time
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "release"
PACKAGE = ROOT / "build" / "package" / "adomcp-functions.zip"
TEXT = "why did my build fail?"
TOKEN = "simulator-token"
VERSION = "2026-07-28"
LEGACY_VERSION = "2025-11-25"
TICKS = os.sysconf("SC_CLK_TCK")

# Where callers sign in, one address has a quarter of the connections until somebody has signed in on
# them, and this bench is one address; 64 calls of a tool at a time are the most there can be.
CONFIG = """\
server: {{ listen: "127.0.0.1:7071", {public_url}limits: {{ connections: {connections} }} }}
auth: {auth}
access: {access}
development: true
azure_devops:
  organizations:
    - name: contoso
      base_urls:
        {{ dev: "{url}", vsrm: "{url}/vsrm", vstmr: "{url}/vstmr", vssps: "{url}/vssps" }}
      credential: {{ environment: {{ variable: ADOMCP_DEMO_TOKEN, scheme: bearer }} }}
      projects: [ {{ name: Payments }} ]
plugins:
  - {{ id: echo, library: "{library}", tools: [ echo ], max_concurrent: 64 }}
audit: {audit}
"""
MANY = 2048  # connections, enough for any number that is measured
AUDIT = '{{ required: file, sinks: [ stdout, {{ file: {{ path: "{path}" }} }} ] }}'
NO_AUDIT = "{ required: none, sinks: [] }"
# As an organisation has them: of three, the last is the one that grants.
RULES = """{ rules: [
  { groups: [release], tools: ["*"], projects: ["*"] },
  { roles: [reader], tools: ["e*"], projects: ["Pay*"] },
  { users: [avery], tools: [echo], projects: [Payments] } ],
  rate_limits: { calls_per_minute: 0, tool_calls_per_minute: 0 } }"""


def config(simulator, audit_file=None, issuer=None, connections=512):
    """The host's configuration: with sign-in and rules by an issuer, with an audit by a file for it."""
    return CONFIG.format(
        public_url='public_url: "http://127.0.0.1:7071", ' if issuer else "",
        url=simulator.url, library=BUILD / "zoo/echo.so", connections=connections,
        auth=issuer.settings() if issuer else "{ mode: none }", access=RULES if issuer else "{}",
        audit=AUDIT.format(path=audit_file) if audit_file else NO_AUDIT)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def legacy_call():
    params = {"name": "echo", "arguments": {"text": TEXT}}
    return {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}


def modern_call():
    call = legacy_call()
    prefix = "io.modelcontextprotocol/"
    call["params"]["_meta"] = {
        prefix + "protocolVersion": VERSION,
        prefix + "clientInfo": {"name": "bench", "version": "1"},
        prefix + "clientCapabilities": {},
    }
    return call


HEADERS = {
    "Content-Type": "application/json",
    "Accept": "application/json, text/event-stream",
}
MODERN_HEADERS = HEADERS | {
    "MCP-Protocol-Version": VERSION,
    "Mcp-Method": "tools/call",
    "Mcp-Name": "echo",
}
LEGACY_HEADERS = HEADERS | {"MCP-Protocol-Version": LEGACY_VERSION}


def ticks_of(stat):
    """Of a line of /proc/PID/stat: utime, stime, and both of children that were waited for."""
    fields = stat.rpartition(")")[2].split()  # the name before may hold anything
    return sum(int(field) for field in fields[11:15])


class Server:
    """One program under test; `start` and `stop` may be called in turn, many times."""

    def __init__(self, name, command, folder, wire=VERSION, headers=None):
        self.name, self.command, self.wire = name, command, wire
        call = legacy_call() if wire == LEGACY_VERSION else modern_call()
        self.headers = (LEGACY_HEADERS if wire == LEGACY_VERSION else MODERN_HEADERS) | (headers or {})
        self.body = json.dumps(call, separators=(",", ":"))
        self.log = folder / f"{name}.log"
        self.process = self.port = None

    def prepare(self):
        """Before each start, once the port is known."""

    def start(self):
        """Seconds from the spawn to the first right answer."""
        self.port = free_port()
        self.prepare()
        command = [str(word).replace("{port}", str(self.port)) for word in self.command]
        environment = os.environ | {"ADOMCP_DEMO_TOKEN": TOKEN}
        with open(self.log, "ab") as log:
            begun = time.perf_counter()
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, stderr=log)
        last = "it ended"
        while time.perf_counter() - begun < 20:
            if self.process.poll() is not None:
                break
            try:
                self.check()
                return time.perf_counter() - begun
            except (OSError, http.client.HTTPException, ValueError) as error:
                last = error
            time.sleep(0.0005)
        tail = self.log.read_text(errors="replace")[-2000:]
        raise SystemExit(f"bench: {self.name} gave no right answer ({last}); its log:\n{tail}")

    def check(self):
        """Raises unless one call is answered rightly."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("POST", "/mcp", self.body, self.headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        result = json.loads(text).get("result", {})
        if answer.status != 200 or result.get("structuredContent") != {"text": TEXT}:
            raise ValueError(f"status {answer.status}: {text[:300]}")

    def tree(self):
        """The process and what it started, as folders of /proc."""
        found = [pathlib.Path(f"/proc/{self.process.pid}")]
        for process in found:
            for children in process.glob("task/*/children"):
                found += [pathlib.Path(f"/proc/{pid}") for pid in children.read_text().split()]
        return found

    def memory(self):
        """(resident now, most ever resident), in MiB, of all its processes."""
        statuses = [(process / "status").read_text() for process in self.tree()]
        return tuple(sum(int(re.search(rf"{key}:\s+(\d+)", status)[1]) for status in statuses) / 1024
                     for key in ("VmRSS", "VmHWM"))

    def processor_seconds(self):
        """Used so far by all its processes, those that ended too."""
        return sum(ticks_of((process / "stat").read_text()) for process in self.tree()) / TICKS

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


class Simulator:
    """adomcp resolves its allowlist at start, so an organisation must be there."""

    def __init__(self):
        self.process = subprocess.Popen(
            ["python3", "-u", "tests/simulator/simulator.py", "--port", "0"],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        found = re.match(r"simulator ready on (http://[^\s/]+)", self.process.stdout.readline())
        if not found:
            self.process.kill()
            raise SystemExit("bench: the simulator did not start")
        self.url = found[1]

    def stop(self):
        self.process.terminate()
        self.process.wait(15)


def node_binary():
    own = ROOT / "tests/e2e/node_modules/node/bin/node"
    return str(own) if own.exists() else "node"


def packaged(folder):
    """The program as the Functions zip starts it: its own loader and libraries, no symbols."""
    if not PACKAGE.exists():
        raise SystemExit(f"bench: {PACKAGE} is not there; ./dev package makes it")
    with zipfile.ZipFile(PACKAGE) as archive:
        archive.extractall(folder)
    loader = folder / "lib/ld-linux-x86-64.so.2"
    loader.chmod(0o755)
    return [loader, "--library-path", folder / "lib", folder / "bin/adomcp"]


def adomcp(name, folder, text, program=(BUILD / "bin/adomcp",), headers=None):
    """The host with this configuration."""
    path = folder / f"{name}.yaml"
    path.write_text(text)
    command = [*program, "serve", "--config", path, "--port", "{port}"]
    return Server(name, command, folder, headers=headers)


def full_adomcp(folder, simulator, issuer, connections=512):
    """With all that a host of an organisation has: tokens, rules, an audit in a file and on stdout."""
    text = config(simulator, folder / "full.jsonl", issuer, connections)
    bearer = {"Authorization": f"Bearer {issuer.token()}"}
    return adomcp("adomcp full", folder, text, headers=bearer)


def poco(folder):
    return Server("poco", [BUILD / "bin/poco_echo", "{port}"], folder, wire="-")


def npm_sdk(name, folder):
    """The first edition of the TypeScript SDK, whose newest wire this is."""
    command = [node_binary(), "tests/bench/sdk_server.mjs", "{port}"]
    return Server(name, command, folder, wire=LEGACY_VERSION)


def make_servers(names, folder, simulator):
    """Those that ./dev bench knows, in the order of the table."""
    makers = {
        "adomcp": lambda: adomcp("adomcp", folder, config(
            simulator, folder / "adomcp.jsonl", connections=MANY)),
        "package": lambda: adomcp("package", folder, config(
            simulator, folder / "package.jsonl", connections=MANY), packaged(folder / "app")),
        "poco": lambda: poco(folder),
        "sdk": lambda: npm_sdk("sdk", folder),
    }
    return [make() for name, make in makers.items() if name in names]
