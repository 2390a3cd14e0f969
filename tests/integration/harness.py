"""Starts the simulator and the real host on free ports, and speaks MCP to it."""

import http.client
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import threading
import unittest
import urllib.request

import outputs

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("ADOMCP_BUILD_DIR", ROOT / "build" / "dev"))
ADOMCP = BUILD / "bin" / "adomcp"
TOKEN = "simulator-token"
MODERN = "2026-07-28"

# What a shell is set up for must not reach the programs under test.
for _name in ("AZURE_DEVOPS_ORG", "AZURE_DEVOPS_PROJECT", "AZURE_DEVOPS_PROJECTS", "LOG_LEVEL"):
    os.environ.pop(_name, None)


class Program:
    """A child whose output is kept line by line; `wait_for` gives the first line holding a text."""

    def __init__(self, command, env=None, watch="stdout"):
        self.process = subprocess.Popen(
            [str(part) for part in command],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **(env or {})},
        )
        self.lines = {"stdout": [], "stderr": []}
        self._changed = threading.Condition()
        self._readers = [
            threading.Thread(target=self._read, args=(name,), daemon=True) for name in self.lines
        ]
        for reader in self._readers:
            reader.start()
        self.watch = watch

    def _read(self, name):
        for line in getattr(self.process, name):
            with self._changed:
                self.lines[name].append(line.rstrip("\n"))
                self._changed.notify_all()
        with self._changed:
            self._changed.notify_all()

    def wait_for(self, text, timeout=60):
        def found():
            return next((line for line in self.lines[self.watch] if text in line), None)

        with self._changed:
            self._changed.wait_for(lambda: found() or self.process.poll() is not None, timeout)
            line = found()
        if line is None:
            raise AssertionError(f"no line with {text!r} in time; it said: {self.lines}")
        return line

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(30)
        for reader in self._readers:
            reader.join(10)
        self.process.stdout.close()
        self.process.stderr.close()
        return code


class Simulator(Program):
    def __init__(self, renamed=None):
        command = [sys.executable, ROOT / "tests/simulator/simulator.py", "--port", "0"]
        for old, new in (renamed or {}).items():
            command += ["--rename", old, new]
        super().__init__(command)
        self.url = self.wait_for("simulator ready on").split()[-1]

    def control(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def fault(self, **fault):
        self.control("POST", "/_faults", fault)

    def requests(self):
        answer = self.control("GET", "/_requests")
        return answer if isinstance(answer, list) else answer["value"]


def configuration(simulator_url, plugins, audit_file, extra=""):
    """A whole configuration as YAML text; `plugins` are (id, library, tools) triples."""
    declared = "".join(
        f"  - {{ id: {name}, library: {library}, tools: [{', '.join(tools)}] }}\n"
        for name, library, tools in plugins
    )
    return f"""
server: {{ listen: "127.0.0.1:0" }}
auth: {{ mode: none }}
development: true
azure_devops:
  organizations:
    - name: contoso
      base_urls:
        dev: {simulator_url}
        vsrm: {simulator_url}/vsrm
        vstmr: {simulator_url}/vstmr
        vssps: {simulator_url}/vssps
      credential: {{ environment: {{ variable: ADOMCP_TEST_TOKEN, scheme: bearer }} }}
      projects:
        - name: Payments
          trigger:
            {{ pipelines: ["*"], branches: [main, "release/*"], variables: [LOG_LEVEL],
              skip_stages: false, confirm: never }}
        - name: Platform
audit: {{ required: file, sinks: [ stdout, {{ file: {{ path: {audit_file} }} }} ] }}
plugins:
{declared or "  []"}
{extra}
"""


BASE_PLUGINS = [
    ("pipeline-runs", "pipeline_runs.so", ["list_pipeline_runs"]),
    ("run-failure-logs", "run_failure_logs.so", ["get_run_failure_logs"]),
    ("deployments", "deployments.so", ["list_deployments"]),
    ("trigger-run", "trigger_run.so", ["trigger_pipeline_run"]),
]


def shipped_plugins():
    """All with tools that config/plugins.d declares, as `configuration` takes them."""
    found = []
    for file in sorted((ROOT / "config/plugins.d").glob("*.yaml")):
        text = file.read_text()
        if tools := re.search(r"^    tools: \[(.*)\]$", text, re.MULTILINE):
            name, library = (re.search(rf" {key}: (\S+)$", text, re.MULTILINE)[1] for key in ("id", "library"))
            found.append((name, library, tools[1].split(", ")))
    return found


class Host(Program):
    """`adomcp serve` with a configuration of its own in a temporary folder; `edit` may change its text."""

    def __init__(self, simulator_url, plugins=BASE_PLUGINS, extra_files=None, edit=None):
        self.folder = tempfile.TemporaryDirectory()
        folder = pathlib.Path(self.folder.name)
        self.config = folder / "adomcp.yaml"
        self.audit_file = folder / "audit.jsonl"
        text = configuration(simulator_url, plugins, self.audit_file)
        self.config.write_text(edit(text) if edit else text)
        for name, text in (extra_files or {}).items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        super().__init__(
            [ADOMCP, "serve", "--config", self.config],
            env={"ADOMCP_TEST_TOKEN": TOKEN},
            watch="stderr",
        )
        self.url = self.wait_for("adomcp ready on").split()[-1]
        self.port = int(self.url.split(":")[2].split("/")[0])
        self.answers = []
        self.canaries = [TOKEN]

    def stop(self):
        """Ends the host, and looks at all that it ever put out."""
        killed = self.process.poll() is not None
        code = super().stop()
        try:
            self.check_outputs(killed)
        finally:
            self.folder.cleanup()
        return code

    def check_outputs(self, killed):
        texts = [*self.lines["stdout"], *self.lines["stderr"], *self.answers]
        texts += [file.read_text() for file in self.audit_file.parent.glob("audit.jsonl*")]
        found = outputs.leaks(texts, self.canaries)
        open_calls = [] if killed else outputs.unpaired(outputs.records(self.lines["stdout"]))
        if found or open_calls:
            raise AssertionError(f"leaked: {found}; without one start and one outcome: {open_calls}")

    def request(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            text = answer.read()
            self.answers.append(f"{answer.headers}{text.decode(errors='replace')}")
            return answer.status, text
        finally:
            connection.close()

    def rpc(self, method, params=None, name=None, capabilities=None):
        """One modern request; gives (http status, parsed body)."""
        meta = {
            "io.modelcontextprotocol/protocolVersion": MODERN,
            "io.modelcontextprotocol/clientInfo": {"name": "integration", "version": "1"},
            "io.modelcontextprotocol/clientCapabilities": capabilities or {},
        }
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": {**(params or {}), "_meta": meta}}
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/json, text/event-stream",
            "MCP-Protocol-Version": MODERN,
            "Mcp-Method": method,
        }
        if name:
            headers["Mcp-Name"] = name
        status, answer = self.request("POST", "/mcp", json.dumps(body), headers)
        return status, json.loads(answer)

    def call(self, tool, arguments=None):
        """The result of one tools/call."""
        status, answer = self.rpc("tools/call", {"name": tool, "arguments": arguments or {}}, tool)
        if "result" not in answer:
            raise AssertionError(f"HTTP {status}: {answer}")
        return answer["result"]

    def tools(self):
        return [tool["name"] for tool in self.rpc("tools/list")[1]["result"]["tools"]]

    def audit(self):
        return [json.loads(line) for line in self.audit_file.read_text().splitlines()]


class HostCase(unittest.TestCase):
    """A host beside a simulator for the whole class; each test finds the simulator as it began."""

    PLUGINS = BASE_PLUGINS
    EDIT = None  # changes the configuration's text

    @classmethod
    def setUpClass(cls):
        cls.simulator = Simulator()
        cls.host = Host(cls.simulator.url, cls.PLUGINS, edit=cls.EDIT)

    @classmethod
    def tearDownClass(cls):
        try:
            cls.host.stop()
        finally:
            cls.simulator.stop()

    def setUp(self):
        for method, path in (("DELETE", "/_requests"), ("DELETE", "/_faults"), ("POST", "/_reset")):
            self.simulator.control(method, path)


class FailureCase(HostCase):
    """The same, asked why runs failed."""

    def ask(self, run, **more):
        """The answer; the simulator's list of requests begins with its first."""
        self.simulator.control("DELETE", "/_requests")
        result = self.host.call("get_run_failure_logs", {"project": "Payments", "run_id": run, **more})
        self.assertFalse(result.get("isError"), result)
        return result["structuredContent"]


def run(*arguments, env=None):
    """Runs the program to its end; gives (exit code, stdout, stderr)."""
    done = subprocess.run(
        [str(ADOMCP), *[str(argument) for argument in arguments]],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "ADOMCP_TEST_TOKEN": TOKEN, **(env or {})},
        check=False,
    )
    return done.returncode, done.stdout, done.stderr
