"""What clients send and people paste, at the real program: paths, nulls, revisions, links, names."""

import json
import os
import unittest
from unittest import mock
from urllib.parse import quote

from harness import MODERN, Host, Simulator

JSON = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
RESEARCH = "R&D 100%"
BRIDGES = "Ångström Мосты"


class Wire(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.simulator = Simulator()
        cls.host = Host(cls.simulator.url)

    @classmethod
    def tearDownClass(cls):
        cls.host.stop()
        cls.simulator.stop()

    def post(self, body, path="/mcp", headers=None):
        status, text = self.host.request("POST", path, json.dumps(body), {**JSON, **(headers or {})})
        return status, json.loads(text) if text else None

    def test_one_slash_at_the_end_is_served(self):
        body = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
        for path in ("/mcp/", "/runtime/webhooks/mcp/", "/mcp/?x=y"):
            self.assertEqual(self.post(body, path), (200, {"jsonrpc": "2.0", "id": 1, "result": {}}), path)
        for path in ("/mcp//", "/mcp/x", "/healthz/", "/metrics/"):
            self.assertEqual(self.post(body, path)[0], 404, path)

    def test_null_is_as_absent(self):
        start = {"jsonrpc": "2.0", "params": None}
        for method in ("ping", "tools/list"):
            status, answer = self.post({**start, "id": 1, "method": method})
            self.assertEqual(status, 200, answer)
            self.assertIn("result", answer)
        for method in ("notifications/initialized", "notifications/cancelled"):
            self.assertEqual(self.post({**start, "method": method}), (202, None))
        for members in ({"cursor": None}, {"_meta": None}, {"_meta": {"progressToken": None}}):
            answer = self.post({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": members})[1]
            self.assertIn("result", answer, members)
        params = {"name": "list_pipeline_runs", "arguments": None, "_meta": None}
        answer = self.post({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params})[1]
        self.assertFalse(answer["result"].get("isError"), answer)
        name = "list_pipeline_runs"
        status, answer = self.host.rpc("tools/call", {"name": name, "arguments": None}, name)
        self.assertFalse(answer["result"].get("isError"), answer)

    def test_initialize_is_negotiated_whatever_the_header_says(self):
        params = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}}
        body = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}
        for header in ("2024-11-05", "2026-07-27", "2026-07-29", "2099-01-01", "banana", "", "2025-11-25"):
            status, answer = self.post(body, headers={"MCP-Protocol-Version": header})
            self.assertEqual(status, 200, answer)
            self.assertEqual(answer["result"]["protocolVersion"], "2025-06-18", header)
        status, answer = self.post(body, headers={"MCP-Protocol-Version": MODERN})
        self.assertEqual((status, answer["error"]["code"]), (400, -32020))

    def test_other_methods_are_told_the_supported_revisions_first(self):
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
        for header in ("2024-11-05", "2026-07-29", "2099-01-01", "banana"):
            status, answer = self.post(body, headers={"MCP-Protocol-Version": header})
            self.assertEqual((status, answer["error"]["code"]), (400, -32022))
            message = answer["error"]["message"]
            self.assertLess(message.index("2025-03-26"), message.index(f"'{header}'"), message)


class Names(unittest.TestCase):
    """Two projects under names that need care."""

    @classmethod
    def setUpClass(cls):
        cls.simulator = Simulator({"Payments": RESEARCH, "Platform": BRIDGES})
        cls.host = Host(cls.simulator.url, edit=cls.configure)

    @classmethod
    def tearDownClass(cls):
        cls.host.stop()
        cls.simulator.stop()

    @staticmethod
    def configure(text):
        return text.replace("name: Payments", f'name: "{RESEARCH}"').replace(
            "name: Platform", f'name: "{BRIDGES.swapcase()}"'
        )

    def failure(self, url, **more):
        return self.host.call("get_run_failure_logs", {"run_url": url, **more})

    def good(self, url):
        result = self.failure(url)
        self.assertFalse(result.get("isError"), (url, result))
        self.assertEqual(result["structuredContent"]["run"]["id"], 4711, url)

    def test_every_spelling_of_a_name_is_the_project(self):
        for name, first in ((RESEARCH, 4711), (RESEARCH.lower(), 4711), (BRIDGES, 6001), (BRIDGES.upper(), 6001)):
            result = self.host.call("list_pipeline_runs", {"project": name, "top": 50})
            self.assertFalse(result.get("isError"), (name, result))
            runs = {run["id"] for run in result["structuredContent"]["runs"]}
            self.assertEqual(any(6000 < run < 7000 for run in runs), first == 6001, name)
        refused = self.host.call("list_pipeline_runs", {"project": "Angstrom Мосты"})
        self.assertTrue(refused["isError"])
        asked = {request["path"] for request in self.simulator.requests() if "/projects/" in request["path"]}
        encoded = {"/contoso/_apis/projects/" + quote(name, safe="") for name in (RESEARCH, BRIDGES.swapcase())}
        self.assertEqual({path.split("?")[0] for path in asked}, encoded)

    def test_links_are_taken_as_they_are_pasted(self):
        base = f"{self.simulator.url}/contoso"
        names = (quote(RESEARCH), "R&D%20100%25", "r&d 100%25", quote(RESEARCH, safe="&"))
        pages = (
            "_build/results?buildId=4711",
            "_build/results/?buildId=4711&view=logs&j=1&t=2",
            "_apis/build/builds/4711/logs/121",
            "_apis/pipelines/12/runs/4711",
            "_build#buildId=4711",
        )
        for name in names:
            self.good(f"{base}/{name}/{pages[0]}")
        for page in pages:
            url = f"{base}/{names[0]}/{page}"
            for around in ("{} ", "{}\n", "{}.", "({})", "<{}>", "[run]({})", "see {}, please"):
                self.good(around.format(url))

    def test_links_that_can_be_read_in_two_ways_are_refused(self):
        url = f"{self.simulator.url}/contoso/{quote(RESEARCH)}/_build/results?buildId=4711"
        for bad in (
            url + "&buildId=1",
            url + "#buildId=1",
            url + " " + url.replace("4711", "1"),
            url.replace("http://", "http://me@"),
            url.replace("contoso/", "contoso/x/../"),
            url.replace("%20", "%2520"),
            url.replace("4711", "47\n11"),
            url.replace("http://127.0.0.1", "http://127.0.0.2"),
        ):
            result = self.failure(bad)
            self.assertTrue(result["isError"], bad)
            self.assertIn("run_url", result["content"][0]["text"], bad)
        self.assertIn("Paste one like https://dev.azure.com/", self.failure(url + "&buildId=1")["content"][0]["text"])

    def test_the_environment_names_them_too(self):
        names = f"{BRIDGES.upper()},{RESEARCH}"
        with mock.patch.dict(os.environ, {"AZURE_DEVOPS_PROJECTS": names}):
            host = Host(self.simulator.url)
        self.addCleanup(host.stop)
        runs = host.call("list_pipeline_runs", {})["structuredContent"]["runs"]
        self.assertTrue(all(6000 < run["id"] < 7000 for run in runs) and runs, runs)
        self.assertFalse(host.call("list_pipeline_runs", {"project": RESEARCH}).get("isError"))


if __name__ == "__main__":
    unittest.main()
