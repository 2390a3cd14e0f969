"""The servers that ./dev bench compares: how each is started, asked, and looked at."""

import http.client
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import time
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "release"
PACKAGE = ROOT / "build" / "package" / "adomcp-functions.zip"
TEXT = "why did my build fail?"
TOKEN = "simulator-token"
VERSION = "2026-07-28"

CONFIG = """\
server: {{ listen: "127.0.0.1:7071" }}
auth: {{ mode: none }}
development: true
azure_devops:
  organizations:
    - name: contoso
      base_urls:
        {{ dev: "{url}", vsrm: "{url}/vsrm", vstmr: "{url}/vstmr", vssps: "{url}/vssps" }}
      credential: {{ environment: {{ variable: ADOMCP_DEMO_TOKEN, scheme: bearer }} }}
      projects: [ {{ name: Payments }} ]
plugins:
  - {{ id: echo, library: "{library}", tools: [ echo ] }}
audit: {{ required: file, sinks: [ stdout, {{ file: {{ path: "{audit}" }} }} ] }}
"""


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
LEGACY_HEADERS = HEADERS | {"MCP-Protocol-Version": "2025-11-25"}


class Server:
    """One program under test; `start` and `stop` may be called in turn, many times."""

    def __init__(self, name, command, call, headers, folder):
        self.name, self.command, self.headers = name, command, headers
        self.body = json.dumps(call, separators=(",", ":"))
        self.log = folder / f"{name}.log"
        self.process = self.port = None

    def start(self):
        """Seconds from the spawn to the first right answer."""
        self.port = free_port()
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

    def memory(self):
        """(resident now, most ever resident), in MiB."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return tuple(int(re.search(rf"{key}:\s+(\d+)", status)[1]) / 1024
                     for key in ("VmRSS", "VmHWM"))

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


def make_servers(names, folder, simulator):
    made = []
    programs = {"adomcp": lambda: [BUILD / "bin/adomcp"], "package": lambda: packaged(folder / "app")}
    for name in [name for name in programs if name in names]:
        config = folder / f"{name}.yaml"
        config.write_text(CONFIG.format(
            url=simulator.url, library=BUILD / "zoo/echo.so", audit=folder / f"{name}.jsonl"))
        command = [*programs[name](), "serve", "--config", config, "--port", "{port}"]
        made.append(Server(name, command, modern_call(), MODERN_HEADERS, folder))
    if "poco" in names:
        command = [BUILD / "bin/poco_echo", "{port}"]
        made.append(Server("poco", command, modern_call(), MODERN_HEADERS, folder))
    if "sdk" in names:
        command = [node_binary(), "tests/bench/sdk_server.mjs", "{port}"]
        made.append(Server("sdk", command, legacy_call(), LEGACY_HEADERS, folder))
    return made
