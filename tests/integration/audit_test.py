"""The audit of the real host: after a crash, against tampering, and in Application Insights."""

import fcntl
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import ingestion_service
from harness import ADOMCP, BASE_PLUGINS, TOKEN, Host, Program, Simulator, configuration, run


def restart(host, config=None):
    """The host's program once more, with its configuration and files."""
    again = Program(
        [ADOMCP, "serve", "--config", config or host.config],
        env={"ADOMCP_TEST_TOKEN": TOKEN},
        watch="stderr",
    )
    again.wait_for("adomcp ready on")
    return again


def kill(host):
    host.process.kill()
    host.process.wait(30)


def heads(lines):
    records = [json.loads(line) for line in lines if '"audit_head"' in line]
    return [f"{record['seq']}:{record['hash']}" for record in records]


class AfterACrash(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.simulator = Simulator()

    @classmethod
    def tearDownClass(cls):
        cls.simulator.stop()

    def setUp(self):
        self.simulator.control("DELETE", "/_faults")
        self.host = Host(self.simulator.url)
        self.addCleanup(self.host.stop)

    def started(self):
        return self.host.audit_file.read_text().count('"event":"started"')

    def call_and_kill(self):
        """Kills the host while a call waits for Azure DevOps; gives the call's id."""
        self.simulator.fault(match="build/builds", kind="slow", delay_ms=3000, times=100)

        def call():
            try:
                self.host.call("list_pipeline_runs", {"project": "Payments"})
            except (OSError, AssertionError, ValueError):
                pass  # the host is killed before it answers

        before = self.started()
        caller = threading.Thread(target=call)
        caller.start()
        deadline = time.monotonic() + 30
        while self.started() == before:
            self.assertLess(time.monotonic(), deadline, "no call was started")
            time.sleep(0.01)
        kill(self.host)
        caller.join(30)
        return [record["call_id"] for record in self.host.audit() if "call_id" in record][-1]

    def test_an_open_call_is_closed_as_unknown(self):
        self.host.call("list_deployments", {"project": "Payments"})
        call_id = self.call_and_kill()
        again = restart(self.host)
        outcome = [record for record in self.host.audit() if record.get("call_id") == call_id]
        self.assertEqual([record["event"] for record in outcome], ["started", "finished"])
        self.assertEqual(outcome[1]["status"], "unknown")
        self.assertEqual(outcome[1]["error_type"], "host_crashed")
        self.assertEqual(outcome[1]["tool_name"], "list_pipeline_runs")
        self.assertTrue(any(call_id in line for line in again.lines["stdout"]))
        self.assertEqual(again.stop(), 0)
        third = restart(self.host)
        third.stop()
        closed = [record for record in self.host.audit() if record.get("status") == "unknown"]
        self.assertEqual(len(closed), 1)
        code, out, _ = run("audit", "verify", self.host.audit_file, "--head", heads(third.lines["stdout"])[-1])
        self.assertEqual(code, 0, out)
        self.assertIn("1 restart after a crash", out)

    def test_a_torn_line_is_marked(self):
        self.call_and_kill()
        with self.host.audit_file.open("a") as file:
            file.write('{"time":"2026-11-23T12:')
        self.assertEqual(run("audit", "verify", self.host.audit_file)[0], 1)
        restart(self.host).stop()
        code, out, err = run("audit", "verify", self.host.audit_file)
        self.assertEqual(code, 0, out + err)

    def test_a_second_host_is_refused_and_check_is_not(self):
        done = subprocess.run(
            [ADOMCP, "serve", "--config", self.host.config],
            capture_output=True,
            text=True,
            timeout=60,
            env={**os.environ, "ADOMCP_TEST_TOKEN": TOKEN},
            check=False,
        )
        self.assertEqual(done.returncode, 1)
        self.assertIn("another adomcp", done.stderr)
        self.assertEqual(run("check", "--config", self.host.config)[0], 0)
        self.assertEqual(run("plugins", "--config", self.host.config)[0], 0)


class UnreadHost(Host):
    """A host whose one sink is standard output, into a pipe that is read only when a test says so."""

    def __init__(self, simulator_url, errors_too):
        self.folder = tempfile.TemporaryDirectory()
        folder = pathlib.Path(self.folder.name)
        self.config = folder / "adomcp.yaml"
        text = configuration(simulator_url, BASE_PLUGINS, folder / "unused")
        self.config.write_text(
            "".join(
                "audit: { required: stdout, sinks: [ stdout ] }\n" if line.startswith("audit:") else line
                for line in text.splitlines(keepends=True)
            )
        )
        read, write = os.pipe()
        fcntl.fcntl(write, fcntl.F_SETPIPE_SZ, 8192)
        self.process = subprocess.Popen(
            [str(ADOMCP), "serve", "--config", str(self.config)],
            stdout=write,
            stderr=write if errors_too else subprocess.PIPE,
            env={**os.environ, "ADOMCP_TEST_TOKEN": TOKEN},
        )
        os.close(write)
        self.out = os.fdopen(read, "rb", buffering=0)
        self.lines = []
        self.reader = None
        ready = b""
        while b"adomcp ready on" not in ready:
            ready = (self.out if errors_too else self.process.stderr).readline()
            assert ready, "the host didn't start"
        self.port = int(ready.split(b":")[-1].split(b"/")[0])
        self.answers = []

    def read_on(self):
        def read():
            for line in self.out:
                self.lines.append(line.decode())

        self.reader = threading.Thread(target=read, daemon=True)
        self.reader.start()

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        code = self.process.wait(30)
        if self.reader:
            self.reader.join(30)
        self.out.close()
        if self.process.stderr:
            self.process.stderr.close()
        self.folder.cleanup()
        return code


class WhileNobodyReads(unittest.TestCase):
    """A reader of standard output who stands still must not stop every call for good."""

    @classmethod
    def setUpClass(cls):
        cls.simulator = Simulator()

    @classmethod
    def tearDownClass(cls):
        cls.simulator.stop()

    def setUp(self):
        self.simulator.control("DELETE", "/_faults")

    def list_runs(self, host):
        status, answer = host.rpc(
            "tools/call", {"name": "list_pipeline_runs", "arguments": {"project": "Payments"}}, "list_pipeline_runs"
        )
        return answer.get("error", {})

    def until(self, what, condition):
        deadline = time.monotonic() + 60
        while not condition():
            self.assertLess(time.monotonic(), deadline, what)

    def check(self, errors_too):
        host = UnreadHost(self.simulator.url, errors_too)
        self.addCleanup(lambda: host.process.poll() is not None or host.process.kill())
        self.assertEqual(self.list_runs(host), {})
        # One call is under way until after nobody reads any more.
        self.simulator.fault(match="release", kind="slow", delay_ms=800, times=1)
        slow = []
        caller = threading.Thread(
            target=lambda: slow.append(host.call("list_deployments", {"project": "Payments"}))
        )
        caller.start()
        errors = []
        self.until("the pipe never filled", lambda: errors.append(self.list_runs(host)) or errors[-1])
        self.assertEqual(errors[-1]["code"], -32603)
        self.assertIn("audit unavailable", errors[-1]["message"])
        for _ in range(50):  # what they say on standard error is read by nobody either
            before = time.monotonic()
            self.assertIn("audit unavailable", self.list_runs(host)["message"])
            self.assertLess(time.monotonic() - before, 10)
        status, text = host.request("GET", "/readyz")
        self.assertEqual(status, 503)
        self.assertIn("audit sink stdout: its reader takes nothing", text.decode())
        caller.join(60)
        self.assertEqual(len(slow), 1, "a call that was begun is carried out")

        host.read_on()
        self.until("it isn't ready again", lambda: host.request("GET", "/readyz")[0] == 200)
        self.until("no call is made again", lambda: self.list_runs(host) == {})
        self.assertEqual(host.stop(), 0)
        records = [json.loads(line) for line in host.lines if line.startswith("{")]
        started = {r["call_id"] for r in records if r["event"] == "started"}
        finished = {r["call_id"] for r in records if r["event"] == "finished"}
        self.assertEqual(started - finished, set(), "every call that was begun has its outcome")
        made = [r for r in records if r["event"] == "finished" and r.get("error_type") != "audit_unavailable"]
        self.assertEqual({r["call_id"] for r in made} - started, set())
        self.assertIn("list_deployments", [r["tool_name"] for r in made])

    def test_calls_are_refused_and_made_again(self):
        self.check(errors_too=False)

    def test_the_same_with_standard_error_in_the_same_pipe(self):
        self.check(errors_too=True)


class AgainstTampering(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.simulator = Simulator()
        cls.host = Host(cls.simulator.url)
        for _ in range(5):
            cls.host.call("list_pipeline_runs", {"project": "Payments", "top": 1})
        cls.text = cls.host.audit_file.read_bytes()
        cls.head = heads(cls.host.lines["stdout"])[0]

    @classmethod
    def tearDownClass(cls):
        cls.host.stop()
        cls.simulator.stop()

    def verify(self, data, *more):
        with tempfile.NamedTemporaryFile(suffix=".jsonl") as file:
            file.write(data)
            file.flush()
            return run("audit", "verify", file.name, *more)

    def test_what_was_written_is_good(self):
        code, out, err = self.verify(self.text, "--head", self.head)
        self.assertEqual(code, 0, err)
        self.assertIn("good: 12 lines", out)

    def test_a_start_tells_whether_something_is_missing(self):
        code, out, _ = self.verify(self.text)
        self.assertEqual(code, 0)
        self.assertIn("begins at number 1: whether there was something before can't be told", out)
        for start in ("1", self.head):
            code, out, err = self.verify(self.text, "--from", start)
            self.assertEqual(code, 0, err)
            self.assertIn("is missing", out)
        code, _, err = self.verify(self.text, "--from", "1:" + "0" * 64)
        self.assertEqual(code, 1)
        self.assertIn("not what was published", err)
        for nothing in ("start", ""):
            self.assertEqual(self.verify(self.text, "--from", nothing)[0], 2, repr(nothing))
        self.assertEqual(self.verify(self.text, "--head", "")[0], 2)

    def test_another_user_is_found(self):
        code, _, err = self.verify(self.text.replace(b'"anonymous"', b'"anonymouz"', 1))
        self.assertEqual(code, 1)
        self.assertIn(".jsonl:3: ", err)

    def test_a_lost_line_is_found(self):
        lines = self.text.splitlines(keepends=True)
        code, _, err = self.verify(b"".join(lines[:4] + lines[5:]))
        self.assertEqual(code, 1)
        self.assertIn(".jsonl:5: ", err)

    def test_a_cut_is_found_with_the_head(self):
        lines = self.text.splitlines(keepends=True)
        self.assertEqual(self.verify(lines[0])[0], 0)
        code, _, err = self.verify(lines[0], "--head", self.head)
        self.assertEqual(code, 1)
        self.assertIn("cut off", err)

    def test_bad_usage(self):
        self.assertEqual(self.verify(self.text, "--head", "nonsense")[0], 2)
        self.assertEqual(run("audit", "verify", "/no/such/file")[0], 2)
        self.assertEqual(run("audit", "verify")[0], 2)


def with_application_insights(text, service, credential=""):
    sink = f'{{ application_insights: {{ connection_string: "{service.connection_string}"{credential} }} }}'
    return text.replace("sinks: [ stdout,", f"sinks: [ stdout, {sink},")


class InApplicationInsights(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.simulator = Simulator()

    @classmethod
    def tearDownClass(cls):
        cls.simulator.stop()

    def setUp(self):
        self.service = ingestion_service.IngestionService()
        self.stopped = False
        self.addCleanup(lambda: self.stopped or self.service.stop())
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def serve(self, credential="", key=None):
        folder = pathlib.Path(self.folder.name)
        config = folder / "adomcp.yaml"
        text = configuration(self.simulator.url, BASE_PLUGINS, folder / "audit.jsonl")
        text = with_application_insights(text, self.service, credential)
        if key:
            text = text.replace(ingestion_service.KEY, key)
        config.write_text(text)
        code, _, err = run("check", "--config", config)
        self.assertEqual(code, 0, err)
        host = Program(
            [ADOMCP, "serve", "--config", config],
            env={"ADOMCP_TEST_TOKEN": TOKEN, "MONITOR_TOKEN": "monitor-token"},
            watch="stderr",
        )
        self.addCleanup(host.stop)
        host.url = host.wait_for("adomcp ready on").split()[-1]
        host.port = int(host.url.split(":")[2].split("/")[0])
        return host

    def test_calls_are_events(self):
        host = self.serve()
        call_once(host)
        self.assertEqual(host.stop(), 0)
        names = self.service.names()
        self.assertEqual(names.count("tool_started"), 1)
        self.assertEqual(names.count("tool_finished"), 1)
        self.assertIn("audit_head", names)
        finished = self.service.accepted[names.index("tool_finished")]
        self.assertEqual(finished["tags"]["ai.cloud.role"], "adomcp")
        data = finished["data"]["baseData"]
        self.assertEqual(data["properties"]["tool_name"], "list_pipeline_runs")
        self.assertIn("duration_ms", data["measurements"])
        self.assertEqual(self.service.authorizations[0], None)

    def test_what_was_not_taken_is_sent_again(self):
        def script(items):
            if len(self.service.answers) == 0:
                return 429, {}, {"Retry-After": "0"}
            if len(self.service.answers) == 1:
                return 500, {}, {"Retry-After": "0"}
            if len(self.service.answers) == 2:
                return 206, {"errors": [{"index": 0, "statusCode": 503}]}, {"Retry-After": "0"}
            return None

        self.service.script = script
        host = self.serve()
        call_once(host)
        self.service.wait_for(lambda service: len(service.answers) >= 4)
        host.stop()
        names = self.service.names()
        self.assertEqual(names.count("tool_started"), 1)
        self.assertEqual(names.count("tool_finished"), 1)
        self.assertEqual([status for status, _ in self.service.answers[:4]], [429, 500, 206, 200])
        self.assertEqual(self.service.answers[3][1], 1)

    def test_a_token_is_sent_where_one_is_asked_for(self):
        credential = ", credential: { environment: { variable: MONITOR_TOKEN, scheme: bearer } }"
        host = self.serve(credential)
        call_once(host)
        host.stop()
        self.assertEqual(set(self.service.authorizations), {"Bearer monitor-token"})
        self.assertNotIn("monitor-token", str(host.lines) + json.dumps(self.service.accepted))

    def test_a_wrong_key_loses_lines_and_no_call(self):
        host = self.serve(key="99999999-1111-2222-3333-444444444444")
        call_once(host)
        self.service.wait_for(lambda service: service.answers)
        self.assertEqual(host.stop(), 0)
        self.assertEqual({status for status, _ in self.service.answers}, {400})
        self.assertTrue(any("application_insights lost" in line for line in host.lines["stderr"]))

    def test_the_end_is_bounded_while_it_is_down(self):
        host = self.serve()
        call_once(host)
        self.service.stop()
        self.stopped = True
        began = time.monotonic()
        self.assertEqual(host.stop(), 0)
        self.assertLess(time.monotonic() - began, 25)  # the host gives it 5 of them


def call_once(host):
    result = Host.call(CallThrough(host), "list_pipeline_runs", {"project": "Payments", "top": 1})
    if result.get("isError"):
        raise AssertionError(result)


class CallThrough(Host):
    """Speaks to a host that was started otherwise."""

    def __init__(self, host):  # pylint: disable=super-init-not-called
        self.port = host.port
        self.answers = []


if __name__ == "__main__":
    unittest.main(verbosity=2)
