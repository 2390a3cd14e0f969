"""Schemas that every client takes: those of the shipped tools, and what becomes of others."""

import json
import pathlib
import re
import tempfile
import unittest

from harness import BASE_PLUGINS, BUILD, MODERN, ROOT, Host, Simulator, configuration, run, shipped_plugins

CLIENTS = ["claude", "vscode", "gemini", "openai", "copilot-studio", "foundry"]
FEW = ("few-clients", BUILD / "zoo" / "few_clients.so", ["few_clients"])

# What of few_clients.so each client doesn't take.
PLANTED = {
    "claude": {"oneOf at /inputSchema/oneOf", "$ref at /outputSchema/properties/run/$ref"},
    "vscode": {"oneOf at /inputSchema/oneOf", "items (an array without them) at /inputSchema/properties/rows"},
    "gemini": {
        "type (a list of types) at /inputSchema/properties/id/type", "oneOf at /inputSchema/oneOf",
        "propertyNames at /inputSchema/properties/labels/propertyNames",
        "exclusiveMinimum (a number) at /inputSchema/$defs/count/exclusiveMinimum",
        "items (an array without them) at /inputSchema/properties/rows",
        "$ref at /inputSchema/properties/count/$ref", "$defs at /inputSchema/$defs",
    },
    "openai": {"oneOf at /inputSchema/oneOf", "items (an array without them) at /inputSchema/properties/rows"},
    "copilot-studio": {
        "$ref at /inputSchema/properties/count/$ref", "$ref at /outputSchema/properties/run/$ref",
        "type (a list of types) at /inputSchema/properties/id/type",
        "exclusiveMinimum (a number) at /inputSchema/$defs/count/exclusiveMinimum",
        "oneOf at /inputSchema/oneOf",
    },
    "foundry": {
        "oneOf at /inputSchema/oneOf", "items (an array without them) at /inputSchema/properties/rows",
        "$ref at /inputSchema/properties/count/$ref",
    },
}
TWO_STEP = ("confirm: never", "confirm: always, without_elicitation: two_step")


class Check(unittest.TestCase):
    def setUp(self):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory())).resolve()
        self.config = folder / "main.yaml"
        self.audit = folder / "audit.jsonl"

    def configure(self, plugins, extra="", change=("", "")):
        text = configuration("http://127.0.0.1:1", plugins, self.audit, extra)
        self.config.write_text(text.replace(*change))

    def check(self, *clients):
        return run("check", "--config", self.config, *[f"--client={client}" for client in clients])

    def place(self, plugin):
        lines = self.config.read_text().splitlines()
        line = next(i for i, text in enumerate(lines, 1) if f"id: {plugin}," in text)
        return f"{self.config}:{line}:5: plugin '{plugin}': "

    def test_every_client_takes_the_shipped_tools(self):
        for change in (("", ""), TWO_STEP):
            self.configure(shipped_plugins(), "client_schemas: strict", change)
            for client in CLIENTS:
                self.assertEqual(self.check(client),
                                 (0, f"{self.config}: good, 9 plugins, 16 tools; good for {client}\n", ""))
            everyone = ", ".join(CLIENTS)
            self.assertEqual(self.check("all"),
                             (0, f"{self.config}: good, 9 plugins, 16 tools; good for {everyone}\n", ""))

    def test_a_planted_tool_is_named_for_each_client(self):
        self.configure([*BASE_PLUGINS, FEW])
        for client, planted in PLANTED.items():
            code, out, err = self.check(client)
            self.assertEqual((code, out), (1, ""), err)
            *lines, verdict = err.splitlines()
            self.assertEqual(verdict, f"{self.config}: good, 5 plugins, 5 tools; not good for {client}")
            found = set()
            for line in lines:
                start = f"{self.place('few-clients')}tool 'few_clients': {client} "
                self.assertTrue(line.startswith(start), line)
                found.add(re.search(r": ([^:]+ at /\S+); instead \w+", line[len(start):])[1])
            self.assertEqual(found, planted, client)
            self.assertEqual(len(lines), len(planted))

    def test_several_clients_may_be_named_at_once(self):
        self.configure([FEW])
        code, _, err = self.check("openai", "claude", "openai")
        self.assertEqual(code, 1)
        self.assertEqual(len(err.splitlines()), 1 + len(PLANTED["openai"]) + len(PLANTED["claude"]))
        self.assertTrue(err.endswith("not good for claude, openai\n"), err)
        code, _, err = self.check("all")
        self.assertEqual(code, 1)
        self.assertEqual(len(err.splitlines()), 1 + sum(len(planted) for planted in PLANTED.values()))

    def test_an_unknown_client_is_a_mistake_that_names_those_there_are(self):
        self.configure(BASE_PLUGINS)
        for name in ("chatgpt", "Claude", ""):
            code, out, err = self.check(name)
            self.assertEqual((code, out), (2, ""), err)
            for client in [*CLIENTS, "all"]:
                self.assertIn(client, err)

    def test_what_could_not_be_loaded_is_good_for_nobody(self):
        bad = [(name.replace("_", "-"), BUILD / "zoo" / f"{name}.so", [name])
               for name in ("bad_schema", "crashes_at_load", "fails_in_start", "throws_in_start", "no_metadata",
                            "wrong_major", "undefined_symbol", "is_not_there")]
        for plugin in bad:
            self.configure([*BASE_PLUGINS, plugin])
            for clients in (("claude",), ("gemini", "vscode"), ("all",)):
                code, out, err = self.check(*clients)
                self.assertEqual((code, out), (2, ""), err)
                self.assertIn("not good; of it, 4 plugins, 4 tools", err)
                self.assertNotIn("; good for", err)
        self.configure([bad[0], FEW])
        code, _, err = self.check("claude", "all")
        self.assertEqual(code, 2)
        self.assertTrue(err.endswith("1 tools; not good for " + ", ".join(CLIENTS) + "\n"), err)

    def test_without_a_client_it_is_a_warning(self):
        self.configure([*BASE_PLUGINS, FEW])
        code, out, err = self.check()
        self.assertEqual((code, err), (0, ""), out)
        warning, app, verdict = out.splitlines()
        self.assertIn("tool 'get_run_failure_logs': no plugin serves the app ui://adomcp/run", app)
        self.assertTrue(warning.startswith(
            f"{self.place('few-clients')}tool 'few_clients': some clients don't take it: "), warning)
        self.assertTrue(warning.endswith(" (a warning)"))
        self.assertEqual(verdict, f"{self.config}: good, 5 plugins, 5 tools")

    def test_strict_refuses_it(self):
        self.configure([*BASE_PLUGINS, FEW], "client_schemas: strict")
        for clients in ((), ("claude",)):
            code, out, err = self.check(*clients)
            self.assertEqual((code, out), (2, ""), err)
            self.assertRegex(err, r"main\.yaml:\d+:5: plugin 'few-clients' \(.*\): tool 'few_clients': "
                                  r"some clients don't take it: oneOf at /inputSchema/oneOf \(claude, ")
            self.assertIn("not good; of it, 4 plugins, 4 tools", err)


class Serve(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.simulator = Simulator()

    @classmethod
    def tearDownClass(cls):
        cls.simulator.stop()

    def serve(self, plugins, change=("", "")):
        host = Host(self.simulator.url, plugins, edit=lambda text: text.replace(*change))
        self.addCleanup(host.stop)
        return host

    def schemas(self, host):
        for tool in host.rpc("tools/list")[1]["result"]["tools"]:
            yield tool["name"], tool["inputSchema"], tool["outputSchema"]

    def test_what_is_listed_has_nothing_that_clients_drop(self):
        def parts(schema):
            yield schema
            below = [*schema.get("properties", {}).values(), *schema.get("anyOf", [])]
            below += [schema[key] for key in ("items", "additionalProperties") if key in schema]
            for part in below:
                if isinstance(part, dict):
                    yield from parts(part)

        taken = {"type", "properties", "required", "additionalProperties", "items", "enum", "format", "default",
                 "description", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems",
                 "maxProperties", "pattern", "anyOf"}
        for change in (("", ""), TWO_STEP):
            host = self.serve(shipped_plugins(), change)
            tools = list(self.schemas(host))
            self.assertEqual(len(tools), 16)
            for name, *both in tools:
                for schema in both:
                    self.assertNotIn("anyOf", schema, name)
                    self.assertTrue(all("type" in part or "anyOf" in part
                                        for part in schema["properties"].values()), name)
                    for part in parts(schema):
                        self.assertLessEqual(set(part), taken, name)
                        self.assertIsInstance(part.get("type", ""), str, name)
            self.assertNotIn("some clients", "\n".join(host.lines["stderr"]))

    def test_lists_stay_small(self):
        """The whole body, as it goes over the wire: the default toolset, and everything."""
        demo = (ROOT / "config/demo.yaml").read_text()
        toolsets = demo[demo.index("toolsets:"):demo.index("\naudit:")]
        host = self.serve(shipped_plugins(), ("audit:", toolsets + "\naudit:"))
        for toolset, tools, most in ((None, 7, 12 << 10), ("all", 16, 28 << 10)):
            body, size = self.listed(host, toolset)
            self.assertEqual(len(body["result"]["tools"]), tools)
            for tool in body["result"]["tools"]:
                for member, schema in tool["outputSchema"]["properties"].items():
                    self.assertTrue("type" in schema or "anyOf" in schema, (tool["name"], member))
            sizes = {tool["name"]: len(json.dumps(tool)) for tool in body["result"]["tools"]}
            print(f"tools/list of {toolset or 'default'}: {size} bytes of {most}; {sizes}")
            self.assertLessEqual(size, most, sizes)

    def listed(self, host, toolset):
        meta = {"io.modelcontextprotocol/protocolVersion": MODERN,
                "io.modelcontextprotocol/clientInfo": {"name": "sizes", "version": "1"},
                "io.modelcontextprotocol/clientCapabilities": {}}
        headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream",
                   "MCP-Protocol-Version": MODERN, "Mcp-Method": "tools/list"}
        headers |= {"X-MCP-Toolsets": toolset} if toolset else {}
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"_meta": meta}}
        _, text = host.request("POST", "/mcp", json.dumps(body), headers)
        return json.loads(text), len(text)

    def test_exactly_one_of_two_is_checked_with_a_message(self):
        host = self.serve(BASE_PLUGINS)
        link = f"{self.simulator.url}/contoso/Payments/_build/results?buildId=4711"
        for arguments in ({}, {"project": "Payments"}, {"run_id": 4711, "run_url": link}):
            result = host.call("get_run_failure_logs", arguments)
            self.assertTrue(result["isError"])
            self.assertIn("Give exactly one of `run_id` and `run_url`, but ", result["content"][0]["text"])
            record = host.audit()[-1]
            self.assertEqual((record["event"], record["status"]), ("finished", "invalid"), record)
        for arguments in ({"run_id": 4711}, {"run_url": link}):
            self.assertFalse(host.call("get_run_failure_logs", arguments).get("isError"), arguments)
        self.assertEqual(host.audit()[-1]["status"], "success")

    def test_warn_serves_a_planted_tool_and_says_so_once(self):
        host = self.serve([*BASE_PLUGINS, FEW])
        self.assertIn("few_clients", host.tools())
        warnings = [line for line in host.lines["stderr"] if "few_clients'" in line]
        self.assertEqual(len(warnings), 1, warnings)
        for word in ("oneOf", "$ref", "propertyNames", *CLIENTS):
            self.assertIn(word, warnings[0])

    def test_strict_leaves_a_planted_tool_out_and_serves_the_others(self):
        host = self.serve([*BASE_PLUGINS, FEW], ("plugins:", "client_schemas: strict\nplugins:"))
        self.assertEqual(len(host.tools()), 4)
        self.assertIn("tool 'few_clients': some clients don't take it", "\n".join(host.lines["stderr"]))


if __name__ == "__main__":
    unittest.main()
