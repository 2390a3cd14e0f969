"""Apps that plugins offer and clients show beside results: both eras, on both transports."""

import http.client
import json
import pathlib
import re
import tempfile
import unittest

from harness import BASE_PLUGINS, BUILD, ROOT, Host, Simulator, configuration, run
from stdio_test import Stdio

TYPE = "text/html;profile=mcp-app"
EXTENSION = "io.modelcontextprotocol/ui"
SHOWS = {"extensions": {EXTENSION: {"mimeTypes": [TYPE]}}}
RUN = "ui://adomcp/run"
PAGE = (ROOT / "plugins/run_app/run.html").read_text()
POINTS = {"ui": {"resourceUri": RUN, "visibility": ["model", "app"]}, "ui/resourceUri": RUN}
POINTING = ["get_run", "get_run_failure_logs"]
TOOLS = [("runs", "runs.so", ["get_run", "compare_runs"]),
         ("run-failure-logs", "run_failure_logs.so", ["get_run_failure_logs"])]
RUN_APP = '  - { id: run-app, library: run_app.so, resources: ["ui://adomcp/run"] }\n'
ZOO_TOOLS = ["shown", "for_the_app", "for_any_app", "for_the_model", "shown_by_none", "for_none", "plain"]
ZOO = (f'  - {{ id: apps, library: {BUILD / "zoo/apps.so"}, tools: [{", ".join(ZOO_TOOLS)}],\n'
       '      resources: ["ui://zoo/page", "ui://zoo/large", "zoo://note"] }\n')
HEADERS = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}


def with_plugins(*more):
    """Puts plugins with resources at the end of the configuration."""
    return lambda text: text.rstrip() + "\n" + "".join(more)


def metas(tools):
    return {tool["name"]: tool.get("_meta") for tool in tools}


class Legacy:
    """One session of a client before 2026-07-28."""

    def __init__(self, host, capabilities):
        self.host = host
        self.headers = dict(HEADERS)
        self.hello = self.ask("initialize", protocolVersion="2025-11-25", capabilities=capabilities,
                              clientInfo={"name": "legacy", "version": "1"})

    def ask(self, method, **params):
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
        connection = http.client.HTTPConnection("127.0.0.1", self.host.port, timeout=60)
        connection.request("POST", "/mcp", body, self.headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        if session := answer.headers["Mcp-Session-Id"]:
            self.headers |= {"Mcp-Session-Id": session, "MCP-Protocol-Version": "2025-11-25"}
        events = re.findall(r"^data: ?(.+)$", text, re.MULTILINE)
        message = json.loads(events[-1] if events else text)
        return message["result"]


class Served(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.simulator = Simulator()

    @classmethod
    def tearDownClass(cls):
        cls.simulator.stop()

    def serve(self, *edits, plugins=TOOLS):
        def edit(text):
            for one in edits:
                text = one(text)
            return text

        host = Host(self.simulator.url, plugins, edit=edit)
        self.addCleanup(host.stop)
        return host

    def tools(self, host, capabilities=None):
        return metas(host.rpc("tools/list", capabilities=capabilities)[1]["result"]["tools"])

    def test_the_page_of_a_run_is_served(self):
        host = self.serve(with_plugins(RUN_APP))
        found = host.rpc("server/discover")[1]["result"]
        self.assertEqual(found["capabilities"]["extensions"], {EXTENSION: {}})
        listed = host.rpc("resources/list")[1]["result"]["resources"]
        self.assertEqual([(one["uri"], one["mimeType"]) for one in listed], [(RUN, TYPE)])
        self.assertEqual(listed[0]["_meta"], {"ui": {"prefersBorder": True}})
        read = host.rpc("resources/read", {"uri": RUN}, RUN)[1]["result"]
        self.assertEqual(read["contents"], [{"uri": RUN, "mimeType": TYPE, "text": PAGE,
                                             "_meta": {"ui": {"prefersBorder": True}}}])
        record = host.audit()[-1]
        self.assertEqual((record["event"], record["kind"], record["tool_name"], record["plugin"], record["status"]),
                         ("finished", "resource", RUN, "run-app", "success"))
        self.assertEqual([one["path"] for one in self.simulator.requests() if "/build/" in one["path"]], [])

    def test_tools_point_to_it_for_clients_that_show_apps(self):
        host = self.serve(with_plugins(RUN_APP))
        for capabilities in (None, {"extensions": {EXTENSION: {}}},
                             {"extensions": {EXTENSION: {"mimeTypes": ["text/html"]}}}):
            self.assertEqual(set(self.tools(host, capabilities).values()), {None})
        found = self.tools(host, SHOWS)
        for name in POINTING:
            self.assertEqual(found[name], POINTS)
        self.assertIsNone(found["compare_runs"])

    def test_legacy_clients_are_known_by_their_session(self):
        host = self.serve(with_plugins(RUN_APP, "legacy: { sessions: local }\n"))
        for capabilities, points in ((SHOWS, POINTS), ({}, None)):
            client = Legacy(host, capabilities)
            self.assertEqual(client.hello["capabilities"]["extensions"], {EXTENSION: {}})
            found = metas(client.ask("tools/list")["tools"])
            self.assertEqual([found[name] for name in POINTING], [points, points])
            self.assertEqual(client.ask("resources/list")["resources"][0]["mimeType"], TYPE)
            self.assertEqual(client.ask("resources/read", uri=RUN)["contents"][0]["text"], PAGE)

    def test_without_sessions_legacy_clients_read_but_get_no_pointers(self):
        host = self.serve(with_plugins(RUN_APP))
        client = Legacy(host, SHOWS)
        self.assertEqual(client.hello["capabilities"]["extensions"], {EXTENSION: {}})
        self.assertEqual(set(metas(client.ask("tools/list")["tools"]).values()), {None})
        self.assertEqual(client.ask("resources/read", uri=RUN)["contents"][0]["text"], PAGE)

    def test_an_app_that_is_not_served_is_not_pointed_to(self):
        unlisted = RUN_APP.replace("ui://adomcp/run", "ui://adomcp/other")
        for more in ((), (unlisted,)):
            host = self.serve(with_plugins(*more))
            self.assertEqual(set(self.tools(host, SHOWS).values()), {None})
            found = host.rpc("server/discover")[1]["result"]["capabilities"]
            self.assertNotIn("extensions", found)

    def test_access_that_refuses_the_app_takes_the_pointer_too(self):
        host = self.serve(with_plugins(
            RUN_APP, "access: { default: deny }\n"))
        self.assertEqual(set(self.tools(host, SHOWS).values()), {None})
        _, answer = host.rpc("resources/read", {"uri": RUN}, RUN)
        self.assertEqual(answer["error"]["code"], 403, answer)
        record = host.audit()[-1]
        self.assertEqual((record["status"], record["decision"]), ("denied", "deny"))

    def test_what_only_apps_call_is_for_clients_that_show_them(self):
        host = self.serve(with_plugins(ZOO), plugins=BASE_PLUGINS[:1])
        self.assertEqual(sorted(self.tools(host)),
                         ["for_the_model", "list_pipeline_runs", "plain", "shown", "shown_by_none"])
        found = self.tools(host, SHOWS)
        self.assertEqual(set(found), set(ZOO_TOOLS) - {"for_none"} | {"list_pipeline_runs"})
        self.assertEqual(found["shown"]["zoo/of"], "lions")
        self.assertEqual(found["for_the_app"]["ui"], {"resourceUri": "ui://zoo/page", "visibility": ["app"]})
        self.assertEqual(found["for_the_model"]["ui"]["visibility"], ["model"])
        self.assertEqual(found["for_any_app"], {"ui": {"visibility": ["app"]}})
        self.assertIsNone(found["shown_by_none"])
        self.assertFalse(host.call("for_the_app").get("isError"), "a call from an app is a call")

    def test_what_a_plugin_says_of_its_sandbox_and_itself_arrives(self):
        host = self.serve(with_plugins(ZOO), plugins=BASE_PLUGINS[:1])
        listed = {one["uri"]: one for one in host.rpc("resources/list")[1]["result"]["resources"]}
        asks = {"csp": {"connectDomains": ["https://*.example.com", "wss://example.com:8443"],
                        "frameDomains": ["https://frames.example.com"]},
                "domain": "zoo.example.com", "permissions": {"clipboardWrite": {}}, "prefersBorder": False}
        self.assertEqual(listed["ui://zoo/page"]["_meta"], {"zoo/of": "pages", "ui": asks})
        self.assertEqual(listed["ui://zoo/page"]["icons"][0]["theme"], "dark")
        self.assertEqual(listed["zoo://note"]["_meta"], {"zoo/of": "notes"})
        page = host.rpc("resources/read", {"uri": "ui://zoo/page"}, "ui://zoo/page")[1]["result"]["contents"][0]
        self.assertEqual(page["_meta"], {"ui": asks})
        self.assertIn('password = "hunter2hunter2"', page["text"])
        note = host.rpc("resources/read", {"uri": "zoo://note"}, "zoo://note")[1]["result"]["contents"][0]
        self.assertEqual(note["_meta"], {"zoo/of": "a note"})

    def test_a_page_of_one_mebibyte_is_served_on_both_transports(self):
        uri = "ui://zoo/large"
        begin = "<!doctype html><title>Large</title><p>"
        whole = begin + '"' * ((1 << 20) - len(begin))
        host = self.serve(with_plugins(ZOO, "legacy: { sessions: local }\n"), plugins=BASE_PLUGINS[:1])
        self.assertEqual(host.rpc("resources/read", {"uri": uri}, uri)[1]["result"]["contents"][0]["text"], whole)
        self.assertEqual(Legacy(host, SHOWS).ask("resources/read", uri=uri)["contents"][0]["text"], whole)
        local = Stdio(self.simulator.url, BASE_PLUGINS[:1], with_plugins(ZOO))
        try:
            answer = local.result(1, "resources/read", uri=uri)
            self.assertEqual(answer["contents"][0]["text"], whole)
        finally:
            local.clean()

    def test_check_warns_of_a_tool_whose_app_nobody_serves(self):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        config = folder / "main.yaml"
        text = configuration("http://127.0.0.1:1", TOOLS, folder / "audit.jsonl")
        config.write_text(text)
        code, out, err = run("check", "--config", config)
        self.assertEqual((code, err), (0, ""), out)
        *warnings, verdict = out.splitlines()
        self.assertEqual(len(warnings), 2, out)
        for name, line in zip(sorted(POINTING), sorted(warnings, key=lambda line: line.split("tool '")[1])):
            self.assertIn(f"tool '{name}': no plugin serves the app {RUN}, so clients show its results without it", line)
            self.assertTrue(line.endswith(" (a warning)"), line)
        self.assertTrue(verdict.endswith("good, 2 plugins, 3 tools"), verdict)
        config.write_text(with_plugins(RUN_APP)(text))
        self.assertEqual(run("check", "--config", config), (0, f"{config}: good, 3 plugins, 3 tools\n", ""))
        config.write_text(with_plugins(RUN_APP.replace("adomcp/run", "adomcp/other"))(text))
        code, _, err = run("check", "--config", config)
        self.assertEqual(code, 2)
        self.assertIn("resource 'ui://adomcp/other': it is listed in resources:, but the plugin has no such resource", err)


if __name__ == "__main__":
    unittest.main()
