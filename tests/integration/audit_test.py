"""The audit of the real host: after a crash, against tampering, and in Application Insights."""

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
