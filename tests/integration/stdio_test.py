"""The real program on standard input and output, as a client on the same machine starts it."""

import json
import os
import pathlib
import queue
import signal
import subprocess
import tempfile
import threading
import unittest

import outputs
from harness import ADOMCP, BASE_PLUGINS, BUILD, MODERN, TOKEN, Simulator, configuration, run

ZOO = BUILD / "zoo"
PATIENCE = 60
SUBSCRIPTION = "io.modelcontextprotocol/subscriptionId"


class Stdio:
    """`adomcp serve --stdio`, spoken to line by line. Every line of its output must be a message."""

    def __init__(self, simulator_url, plugins=BASE_PLUGINS, change=lambda text: text, env=None):
        self.folder = tempfile.TemporaryDirectory()
        folder = pathlib.Path(self.folder.name)
        self.config = folder / "adomcp.yaml"
        self.audit_file = folder / "audit.jsonl"
        self.config.write_text(change(configuration(simulator_url, plugins, self.audit_file)))
        self.process = subprocess.Popen(
            [ADOMCP, "serve", "--stdio", "--config", self.config],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, "ADOMCP_TEST_TOKEN": TOKEN, **(env or {})})
        self.messages = queue.Queue()
        self.lines = []
        self.errors = []
        self._readers = [threading.Thread(target=self._read_messages, daemon=True),
                         threading.Thread(target=self._read_errors, daemon=True)]
        for reader in self._readers:
            reader.start()

    def _read_messages(self):
        for line in self.process.stdout:
            self.lines.append(line)
            self.messages.put(json.loads(line))

    def _read_errors(self):
        self.errors.extend(line.rstrip("\n") for line in self.process.stderr)

    def write(self, text):
        self.process.stdin.write(text)
        self.process.stdin.flush()

    def tell(self, **message):
        self.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")

    def ask(self, message_id, method, era="modern", **params):
        if era == "modern":
            params["_meta"] = {
                "io.modelcontextprotocol/protocolVersion": MODERN,
                "io.modelcontextprotocol/clientInfo": {"name": "stdio", "version": "1"},
                "io.modelcontextprotocol/clientCapabilities": {},
                **params.get("_meta", {}),
            }
        self.tell(id=message_id, method=method, params=params)

    def shake_hands(self, revision="2025-11-25"):
        hello = self.result("hello", "initialize", "legacy", protocolVersion=revision,
                            capabilities={}, clientInfo={"name": "stdio", "version": "1"})
        self.tell(method="notifications/initialized")
        return hello

    def heard(self):
        return self.messages.get(timeout=PATIENCE)

    def result(self, message_id, method, era="modern", **params):
        self.ask(message_id, method, era, **params)
        answer = self.heard()
        if answer.get("id") != message_id or "result" not in answer:
            raise AssertionError(f"{answer}; {self.errors}")
        return answer["result"]

    def end(self, how=None):
        """Ends it by closing its input, or by a signal; gives the exit code."""
        if how is None:
            self.process.stdin.close()
        else:
            self.process.send_signal(how)
        return self.finish()

    def finish(self):
        code = self.process.wait(PATIENCE)
        for reader in self._readers:
            reader.join(PATIENCE)
        return code

    def audit(self):
        return [json.loads(line) for line in self.audit_file.read_text().splitlines()]

    def clean(self):
        if self.process.poll() is None:
            self.process.kill()
            self.finish()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            stream.close()
        texts = [*self.lines, *self.errors]
        if self.audit_file.exists():
            texts.append(self.audit_file.read_text())
        self.folder.cleanup()
        leaks = outputs.leaks(texts, [TOKEN])
        if leaks:
            raise AssertionError(leaks)


def listening_sockets(pid):
    """How many TCP sockets of this process listen."""
    listening = set()
    for table in ("tcp", "tcp6"):
        for line in pathlib.Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A":
                listening.add(f"socket:[{fields[9]}]")
    own = {os.readlink(entry) for entry in pathlib.Path(f"/proc/{pid}/fd").iterdir()}
    return len(own & listening)


class StdioTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.simulator = Simulator()

    @classmethod
    def tearDownClass(cls):
        cls.simulator.stop()

    def setUp(self):
        self.addCleanup(self.simulator.control, "DELETE", "/_faults")

    def serve(self, plugins=BASE_PLUGINS, **options):
        client = Stdio(self.simulator.url, plugins, **options)
        self.addCleanup(client.clean)
        return client

    def calls_in(self, client):
        records = [record for record in client.audit() if "call_id" in record]
        self.assertEqual(outputs.unpaired(records), [])
        return [record for record in records if record["event"] == "finished"]

    def test_a_modern_client_lists_and_calls_without_any_header(self):
        client = self.serve()
        found = client.result(1, "server/discover")
        self.assertIn(MODERN, found["supportedVersions"])
        tools = client.result("two", "tools/list")["tools"]
        self.assertEqual(len(tools), 4)
        runs = client.result(3, "tools/call", name="list_pipeline_runs", arguments={"top": 2})
        self.assertEqual(len(runs["structuredContent"]["runs"]), 2)
        self.assertEqual(listening_sockets(client.process.pid), 0)
        self.assertEqual(client.end(), 0)
        self.assertEqual(len(client.lines), 3, "nothing but answers on standard output")
        self.assertEqual([call["status"] for call in self.calls_in(client)], ["success"])
        shown = [r["event"] for r in outputs.records(client.errors) if "call_id" in r]
        self.assertEqual(shown, ["started", "finished"], "the audit is on standard error")

    def test_a_legacy_client_shakes_hands_lists_and_calls(self):
        for revision in ("2025-11-25", "2025-06-18", "2025-03-26"):
            with self.subTest(revision):
                client = self.serve()
                self.assertEqual(client.shake_hands(revision)["protocolVersion"], revision)
                self.assertEqual(client.result(1, "ping", "legacy"), {})
                self.assertEqual(len(client.result(2, "tools/list", "legacy")["tools"]), 4)
                runs = client.result(3, "tools/call", "legacy", name="list_pipeline_runs",
                                     arguments={"top": 1})
                self.assertNotIn("resultType", runs)
                self.assertEqual(len(runs["structuredContent"]["runs"]), 1)
                self.assertEqual(client.end(), 0)

    def test_many_calls_at_once_get_their_own_answers(self):
        client = self.serve([("echo", ZOO / "echo.so", ["echo"])])
        client.shake_hands()
        count = 300
        for i in range(count):
            client.ask(i, "tools/call", ("modern", "legacy")[i % 2], name="echo",
                       arguments={"text": f"text {i}"})
        answers = {}
        for _ in range(count):
            answer = client.heard()
            answers[answer["id"]] = answer["result"]["structuredContent"]["text"]
        self.assertEqual(answers, {i: f"text {i}" for i in range(count)})
        self.assertEqual(client.end(), 0)
        self.assertEqual(len(self.calls_in(client)), count)

    def test_a_call_of_either_era_can_be_cancelled(self):
        self.simulator.fault(match="build/builds", kind="slow", delay_ms=20000, times=100)
        client = self.serve()
        client.shake_hands()
        for era in ("modern", "legacy"):
            before = len(self.simulator.requests())
            client.ask(era, "tools/call", era, name="list_pipeline_runs", arguments={"top": 1})
            self.wait_for(lambda: any(
                "build/builds" in r["path"] for r in self.simulator.requests()[before:]))
            client.tell(method="notifications/cancelled", params={"requestId": era, "reason": "enough"})
            client.result(f"after {era}", "server/discover")
        self.wait_for(lambda: len(self.calls_in(client)) == 2)
        self.assertEqual(client.end(), 0)
        self.assertEqual({call["status"] for call in self.calls_in(client)}, {"cancelled"})
        self.assertFalse([line for line in client.lines if '"id":"modern"' in line])
        self.assertFalse([line for line in client.lines if '"id":"legacy"' in line])

    def wait_for(self, condition):
        end = threading.Event()
        for _ in range(PATIENCE * 50):
            try:
                if condition():
                    return
            except AssertionError:
                pass  # a call is still under way
            end.wait(0.02)
        self.fail("that did not happen in time")

    def test_what_is_under_way_at_the_end_of_input_does_not_hold_it_up(self):
        self.simulator.fault(match="build/builds", kind="slow", delay_ms=20000, times=100)
        client = self.serve()
        client.result(1, "server/discover")
        client.ask(2, "tools/call", name="list_pipeline_runs", arguments={})
        self.wait_for(lambda: any(
            "build/builds" in request["path"] for request in self.simulator.requests()))
        client.process.stdin.close()
        self.assertEqual(client.process.wait(10), 0)
        self.assertEqual(client.finish(), 0)
        self.assertEqual([call["status"] for call in self.calls_in(client)], ["cancelled"])

    def test_answers_still_come_after_the_input_has_ended(self):
        client = self.serve([("echo", ZOO / "echo.so", ["echo"])])
        client.ask(1, "tools/call", name="echo", arguments={"text": "last"})
        self.assertEqual(client.end(), 0)
        self.assertEqual(client.heard()["result"]["structuredContent"], {"text": "last"})

    def test_sigterm_ends_it_and_its_streams(self):
        client = self.serve()
        client.ask("s", "subscriptions/listen", notifications={"toolsListChanged": True})
        self.assertEqual(client.heard()["method"], "notifications/subscriptions/acknowledged")
        self.assertEqual(client.end(signal.SIGTERM), 0)
        self.assertEqual(client.heard()["method"], "notifications/cancelled")
        last = client.heard()
        self.assertEqual((last["id"], last["result"]["_meta"][SUBSCRIPTION]), ("s", "s"))

    def test_listeners_hear_of_a_changed_list_and_of_nothing_else(self):
        client = self.serve()
        client.ask(1732365432123, "subscriptions/listen", notifications={"toolsListChanged": True})
        client.heard()
        client.ask(2, "subscriptions/listen", notifications={"promptsListChanged": True})
        self.assertEqual(client.heard()["params"]["notifications"], {"promptsListChanged": True})
        text = client.config.read_text()
        client.config.write_text(text + "log_level: debug\n")
        self.wait_for(lambda: [r for r in client.audit() if r["event"] == "reloaded"])
        more = f"  - {{ id: echo, library: {ZOO / 'echo.so'}, tools: [echo] }}\n"
        client.config.write_text(text + more)
        told = client.heard()
        self.assertEqual(told["method"], "notifications/tools/list_changed")
        self.assertEqual(told["params"]["_meta"][SUBSCRIPTION], 1732365432123)
        self.assertIn("echo", [tool["name"] for tool in client.result(3, "tools/list")["tools"]])
        client.tell(method="notifications/cancelled", params={"requestId": 1732365432123})
        client.config.write_text(text)
        # The record is written before what it tells of is served.
        self.wait_for(lambda: len([r for r in client.audit() if r["event"] == "reloaded"]) == 3)
        self.wait_for(lambda: len(client.result(4, "tools/list")["tools"]) == 4)
        self.assertEqual(client.end(), 0)

    def test_sighup_reloads(self):
        client = self.serve()
        client.result(1, "tools/list")
        self.wait_for(lambda: any("adomcp ready" in line for line in client.errors))
        client.process.send_signal(signal.SIGHUP)
        self.wait_for(lambda: [r for r in client.audit() if r["event"] == "reloaded"])
        client.result(2, "server/discover")
        self.assertEqual(client.end(), 0)

    def test_a_plugin_that_prints_does_not_reach_the_client(self):
        client = self.serve([("prints", ZOO / "prints.so", ["prints"])])
        answer = client.result(1, "tools/call", name="prints", arguments={})
        self.assertNotIn("isError", answer)
        self.assertEqual(client.end(), 0)
        self.assertEqual(len(client.lines), 1)
        self.assertIn("in call", "\n".join(client.errors))

    def test_what_is_no_message_is_refused_and_the_next_line_served(self):
        client = self.serve(change=lambda text: text.replace(
            'server: { listen', 'server: { limits: { body: 64KiB }, listen'))
        client.write("nonsense\n\n")
        self.assertEqual(client.heard()["error"]["code"], -32700)
        client.write("[1]\n")
        self.assertEqual(client.heard()["error"]["code"], -32600)
        client.write("x" * 70000 + "\n")
        refused = client.heard()["error"]
        self.assertEqual(refused["code"], -32600)
        self.assertIn("server.limits.body", refused["message"])
        client.result(1, "server/discover")
        self.assertEqual(client.end(), 0)

    def test_a_token_is_asked_for_where_callers_sign_in(self):
        auth = ("auth: { mode: bearer, provider: oidc, issuer: 'http://127.0.0.1:1', "
                "audiences: [a], scopes: [s] }")

        def with_sign_in(text):
            return text.replace("auth: { mode: none }", auth).replace(
                "server: {", "server: { public_url: 'http://127.0.0.1:7071',")

        client = self.serve(change=with_sign_in)
        self.assertEqual(client.finish(), 2)
        self.assertEqual(client.lines, [])
        self.assertIn("environment variable ADOMCP_TOKEN", "\n".join(client.errors))

        client = self.serve(change=with_sign_in, env={"ADOMCP_TOKEN": "no.such.token"})
        self.assertEqual(client.finish(), 2)
        self.assertNotIn("no.such.token", "\n".join(client.errors))
        self.assertIn("sign_in_failed", [record["event"] for record in client.audit()])

    def test_easyauth_and_a_port_make_no_sense_here(self):
        client = self.serve(change=lambda text: text.replace(
            "auth: { mode: none }",
            "auth: { mode: easyauth, provider: oidc, issuer: 'http://127.0.0.1:1', "
            "audiences: [a], scopes: [s] }").replace(
                "server: {", "server: { public_url: 'http://127.0.0.1:7071',"))
        self.assertEqual(client.finish(), 2)
        self.assertIn("easyauth", client.errors[-1])
        code, _, _ = run("serve", "--stdio", "--port", "0", "--config", client.config)
        self.assertEqual(code, 2)


if __name__ == "__main__":
    unittest.main()
