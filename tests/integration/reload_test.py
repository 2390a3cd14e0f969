"""Plugins, tools and rules replaced while the real host serves."""

import hashlib
import http.client
import json
import os
import pathlib
import shutil
import signal
import threading
import time
import unittest

from harness import BASE_PLUGINS, BUILD, MODERN, Host, Simulator

ZOO = BUILD / "zoo"
PATIENCE = 30
JSON = {"Content-Type": "application/json"}


def wait_for(condition, timeout=PATIENCE):
    """The first true value of the condition; the last one when it never is."""
    end = time.monotonic() + timeout
    value = condition()
    while not value and time.monotonic() < end:
        threading.Event().wait(0.01)
        value = condition()
    return value


class Caller(threading.Thread):
    """Calls a tool on one connection that it keeps, until it is told to stop."""

    def __init__(self, port, stop):
        super().__init__(daemon=True)
        self.port, self.stop, self.calls, self.failures = port, stop, 0, []

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        meta = {
            "io.modelcontextprotocol/protocolVersion": MODERN,
            "io.modelcontextprotocol/clientInfo": {"name": "caller", "version": "1"},
            "io.modelcontextprotocol/clientCapabilities": {},
        }
        body = json.dumps({
            "jsonrpc": "2.0", "id": 1, "method": "tools/call",
            "params": {"name": "hello_c", "arguments": {}, "_meta": meta}})
        headers = {**JSON, "Accept": "application/json, text/event-stream",
                   "MCP-Protocol-Version": MODERN, "Mcp-Method": "tools/call", "Mcp-Name": "hello_c"}
        try:
            while not self.stop.wait(0.002):
                connection.request("POST", "/mcp", body, headers)
                answer = json.loads(connection.getresponse().read())
                self.calls += 1
                if answer.get("result", {}).get("isError", "result" not in answer):
                    self.failures.append(answer)
        except (OSError, http.client.HTTPException, ValueError) as problem:
            self.failures.append(repr(problem))
        finally:
            connection.close()


class Reload(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.simulator = Simulator()

    @classmethod
    def tearDownClass(cls):
        cls.simulator.stop()

    def serve(self, plugins=(("good-c", ZOO / "good_c.so", ["hello_c"]),)):
        self.host = Host(self.simulator.url, plugins)
        self.addCleanup(self.host.stop)
        self.folder = pathlib.Path(self.host.folder.name)
        self.library = self.folder / "echo.so"
        self.yaml = self.folder / "plugins.d" / "echo.yaml"

    def drop_in(self, replace=None):
        """The echo plugin, or another edition of it, as one would copy it there."""
        content = (ZOO / "echo.so").read_bytes()
        if replace:
            self.assertIn(replace[0], content)
            content = content.replace(*replace)
        fresh = self.folder / "echo.so.new"
        fresh.write_bytes(content)
        fresh.rename(self.library)
        return hashlib.sha256(content).hexdigest()

    def declare(self, more=""):
        self.yaml.parent.mkdir(exist_ok=True)
        self.yaml.write_text(
            f"plugins:\n  - {{ id: echo, library: {self.library}, tools: [echo]{more} }}\n")

    def descriptions(self):
        tools = self.host.rpc("tools/list")[1]["result"]["tools"]
        return {tool["name"]: tool["description"] for tool in tools}

    def status(self):
        code, text = self.host.request("GET", "/status")
        self.assertEqual(code, 200)
        return json.loads(text)

    def reload(self):
        code, text = self.host.request("POST", "/ops/reload", headers=JSON)
        return code, json.loads(text)

    def records(self):
        return [record for record in self.host.audit() if record["event"] == "reloaded"]

    def soon(self, condition):
        """How soon is for ./dev bench reload to say."""
        self.assertTrue(wait_for(condition), self.host.lines["stderr"])

    def test_a_tool_is_added_replaced_and_removed_while_sixteen_connections_call_another(self):
        self.serve()
        stop = threading.Event()
        callers = [Caller(self.host.port, stop) for _ in range(16)]
        for caller in callers:
            caller.start()
        self.assertTrue(wait_for(lambda: all(caller.calls for caller in callers)))

        first = self.drop_in()
        self.declare()
        self.soon(lambda: "echo" in self.descriptions())
        self.assertEqual(
            self.host.call("echo", {"text": "a"})["structuredContent"], {"text": "a"})
        second = self.drop_in((b"Gives back the text.", b"Hands over the text."))
        self.soon(lambda: self.descriptions().get("echo") == "Hands over the text.")
        self.yaml.unlink()
        self.soon(lambda: "echo" not in self.descriptions())

        before = [caller.calls for caller in callers]
        self.assertTrue(wait_for(lambda: all(c.calls > n for c, n in zip(callers, before))))
        stop.set()
        for caller in callers:
            caller.join(PATIENCE)
            self.assertEqual(caller.failures, [])

        added, replaced, removed = self.records()
        self.assertEqual(added["by"], "file")
        self.assertEqual(added["result"], "reloaded")
        self.assertEqual(added["plugins_added"], [{"id": "echo", "sha256": first}])
        self.assertEqual(added["tools_added"], ["echo"])
        self.assertEqual(
            replaced["plugins_replaced"], [{"id": "echo", "old_sha256": first, "sha256": second}])
        self.assertEqual(replaced["tools_replaced"], ["echo"])
        self.assertEqual(removed["plugins_removed"], [{"id": "echo", "sha256": second}])
        self.assertEqual(removed["tools_removed"], ["echo"])
        self.assertEqual([r["generation"] for r in (added, replaced, removed)], [2, 3, 4])
        metrics = self.host.request("GET", "/metrics")[1].decode()
        self.assertIn('adomcp_reloads_total{result="reloaded"} 3', metrics)
        self.assertIn('adomcp_calls_total{status="success",tool="echo"} 1', metrics)

    def test_a_signal_reloads(self):
        self.serve()
        self.host.process.send_signal(signal.SIGHUP)
        self.host.wait_for("reload by signal: nothing changed, generation 1 serves on")
        self.assertEqual(self.records()[-1]["result"], "unchanged")
        self.assertEqual(self.status()["last_reload"]["by"], "signal")

    def test_a_request_reloads_and_says_what_changed(self):
        self.serve()
        self.assertEqual(self.reload(), (200, {
            "result": "unchanged", "generation": 1, "added": [], "removed": [], "replaced": []}))
        self.drop_in()
        self.declare()
        code, answer = self.reload()
        self.assertEqual(code, 200)
        self.assertIn(answer["result"], ("reloaded", "unchanged"))  # or the file was noticed first
        self.assertEqual(answer["generation"], 2)
        record = self.records()[0]
        self.assertEqual((record["by"], record["user"]), ("request", "anonymous"))
        self.assertEqual(record["client_ip"], "127.0.0.1")

    def test_only_a_json_post_of_no_other_page_reloads(self):
        self.serve()
        for method, headers, expected in (
            ("GET", {}, 405), ("OPTIONS", {"Origin": "http://localhost:1"}, 405), ("POST", {}, 415),
            ("POST", {"Content-Type": "text/plain"}, 415),
            ("POST", {**JSON, "Origin": "http://evil.example"}, 403),
            ("POST", {**JSON, "Host": "evil.example"}, 403),
        ):
            code, _ = self.host.request(method, "/ops/reload", headers=headers)
            self.assertEqual(code, expected, (method, headers))
        self.assertEqual(self.records(), [])

    def refused(self, text, reason):
        """Writes `text` over the configuration and expects the old generation to serve on."""
        self.host.config.write_text(text)
        code, answer = self.reload()
        self.assertEqual((code, answer["result"], answer["generation"]), (409, "refused", 1))
        self.assertRegex("\n".join(answer["reasons"]), reason)
        self.assertEqual(self.host.tools(), ["hello_c"])
        self.assertEqual(self.host.request("GET", "/readyz")[0], 200)
        self.assertEqual(self.status()["last_reload"]["result"], "refused")
        self.assertRegex("\n".join(self.records()[-1]["reasons"]), reason)

    def test_what_is_broken_leaves_all_as_it_was(self):
        self.serve()
        good = self.host.config.read_text()
        self.refused(good + "nonsense: 1\n", r"adomcp\.yaml:\d+:\d+: .*nonsense")
        self.refused(good.replace("127.0.0.1:0", "127.0.0.2:0"),
                     "server changed: that needs a restart; nothing was reloaded")
        self.host.config.write_text(good)
        self.drop_in()
        self.declare(f", sha256: {'0' * 64}")
        code, answer = self.reload()
        self.assertEqual(code, 409)
        self.assertIn("not the pinned 0000", answer["reasons"][0])
        self.assertEqual(self.host.tools(), ["hello_c"])
        self.declare()
        self.soon(lambda: self.host.tools() == ["echo", "hello_c"])

    def test_rules_and_projects_change_with_the_tools(self):
        self.serve()
        good = self.host.config.read_text()
        self.host.config.write_text(good + "access: { default: deny }\n")
        self.soon(lambda: self.host.call("hello_c").get("isError"))
        self.host.config.write_text(good.replace("        - name: Platform\n", ""))
        self.soon(lambda: not self.host.call("hello_c").get("isError"))
        result = self.host.call("hello_c", {"project": "Platform"})
        self.assertTrue(result["isError"])

    def test_a_call_under_way_ends_on_its_generation(self):
        library = self.folder_of_library()
        self.serve([("pipeline-runs", library, ["list_pipeline_runs"])])
        self.simulator.fault(match="build/builds", kind="slow", delay_ms=1500, times=1)
        results = []
        call = threading.Thread(
            target=lambda: results.append(self.host.call("list_pipeline_runs", {"top": 1})))
        call.start()
        self.assertTrue(wait_for(lambda: any(
            "build/builds" in request["path"] for request in self.simulator.requests())))
        with open(library.with_suffix(".new"), "wb") as fresh:
            fresh.write((BUILD / "plugins" / "pipeline_runs.so").read_bytes() + b"another")
        library.with_suffix(".new").rename(library)
        self.assertTrue(wait_for(lambda: self.status()["generation"] == 2))
        self.assertEqual(results, [], "the call ended before its plugin was replaced")
        self.assertEqual(self.status()["draining_generations"], 1)
        call.join(PATIENCE)
        self.assertFalse(results[0].get("isError"), results)
        self.assertTrue(wait_for(lambda: self.status()["draining_generations"] == 0))
        self.assertFalse(self.host.call("list_pipeline_runs", {"top": 1}).get("isError"))

    def folder_of_library(self):
        folder = pathlib.Path(os.environ.get("TMPDIR", "/tmp")) / f"adomcp-reload-{os.getpid()}"
        folder.mkdir(mode=0o700)
        self.addCleanup(shutil.rmtree, folder)
        library = folder / "pipeline_runs.so"
        shutil.copy(BUILD / "plugins" / "pipeline_runs.so", library)
        return library

    def test_many_reloads_leave_nothing_behind(self):
        self.serve()
        process = pathlib.Path(f"/proc/{self.host.process.pid}")

        def held():
            maps = (process / "maps").read_text().splitlines()
            copies = [line for line in maps if "/adomcp-" in line]
            return len(copies), len(list((process / "task").iterdir()))

        self.drop_in()
        self.declare()
        self.soon(lambda: "echo" in self.host.tools())
        self.host.call("echo", {"text": "a"})
        before = held()
        for edition in range(20):
            self.drop_in((b"Gives back the text.", b"Gives back edition%02d" % edition))
            code, answer = self.reload()
            self.assertEqual(code, 200, answer)
            self.assertFalse(self.host.call("echo", {"text": "a"}).get("isError"))
        self.assertEqual(self.descriptions()["echo"], "Gives back edition19")
        # The server's own threads come and go by a few; one left by each reload would be twenty.
        self.assertTrue(wait_for(
            lambda: held()[0] <= before[0] and held()[1] <= before[1] + 4), (before, held()))
        self.assertEqual(self.status()["libraries_kept_in_memory"], 0)
        self.assertIn(
            hashlib.sha256(self.library.read_bytes()).hexdigest(), (process / "maps").read_text())


if __name__ == "__main__":
    unittest.main(verbosity=2)
