"""Plugins added and refused by the real program: out of tree, missing, broken, throwing."""

import json
import pathlib
import tempfile
import unittest

from harness import BASE_PLUGINS, BUILD, TOKEN, Host, Program, Simulator, configuration, run

ZOO = BUILD / "zoo"
OUT_OF_TREE = BUILD / "out_of_tree" / "plugins" / "hello.so"


class Plugins(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.simulator = Simulator()

    @classmethod
    def tearDownClass(cls):
        cls.simulator.stop()

    def serve(self, plugins, extra_files=None):
        host = Host(self.simulator.url, plugins, extra_files)
        self.addCleanup(host.stop)
        return host

    def test_a_plugin_built_against_the_installed_sdk_is_served(self):
        declared = f"plugins:\n  - {{ id: hello, library: {OUT_OF_TREE}, tools: [hello] }}\n"
        host = self.serve(BASE_PLUGINS, {"plugins.d/hello.yaml": declared})
        self.assertIn("hello", host.tools())
        self.assertIn("list_pipeline_runs", host.tools())
        self.assertFalse(host.call("hello", {"name": "Ada"}).get("isError"))

    def test_broken_plugins_are_named_and_the_rest_serve_on(self):
        with tempfile.TemporaryDirectory() as folder:
            text_file = pathlib.Path(folder) / "text.so"
            text_file.write_text("not a library\n")
            broken = [
                ("missing", pathlib.Path(folder) / "missing.so", ["missing_tool"]),
                ("text", text_file, ["text_tool"]),
                ("not-a-plugin", ZOO / "not_a_plugin.so", ["nothing"]),
                ("wrong-major", ZOO / "wrong_major.so", ["wrong_major"]),
                ("throws-in-start", ZOO / "throws_in_start.so", ["throws_in_start"]),
            ]
            host = self.serve([*broken, *BASE_PLUGINS])
            self.assertEqual(len(host.tools()), 4)
            log = "\n".join(host.lines["stderr"])
            for name, _, _ in broken:
                self.assertRegex(log, rf"{name}\b")
            config = pathlib.Path(folder) / "check.yaml"
            config.write_text(configuration(self.simulator.url, broken, f"{folder}/audit.jsonl"))
            code, out, err = run("check", "--config", config)
            self.assertEqual(code, 2, out + err)
            for name, _, _ in broken:
                self.assertRegex(out + err, rf"check\.yaml:\d+:\d+: .*{name}")

    def test_a_throwing_tool_fails_alone(self):
        host = self.serve([("throws", ZOO / "throws.so", ["throws"]), *BASE_PLUGINS])
        result = host.call("throws")
        self.assertTrue(result["isError"])
        self.assertEqual(host.audit()[-1]["status"], "crashed")
        self.assertFalse(host.call("list_pipeline_runs", {"top": 1}).get("isError"))

    def test_standard_output_is_the_audits_alone(self):
        host = self.serve([("prints", ZOO / "prints.so", ["prints"]), *BASE_PLUGINS])
        self.assertFalse(host.call("prints").get("isError"))
        self.assertFalse(host.call("list_pipeline_runs", {"top": 1}).get("isError"))
        self.assertEqual(Program.stop(host), 0)
        records = [json.loads(line) for line in host.lines["stdout"]]
        tools = [record["tool_name"] for record in records if record["event"] == "started"]
        self.assertEqual(tools, ["prints", "list_pipeline_runs"])
        for what in ("start", "call"):
            self.assertIn(f'by stdio {{"printed": "in {what}"', "\n".join(host.lines["stderr"]))

    def test_inspect_never_runs_a_file(self):
        code, out, _ = run("inspect", ZOO / "throws_in_start.so")
        self.assertEqual(code, 0)
        self.assertIn("plugin:  ABI 0", out)
        code, out, err = run("inspect", ZOO / "not_a_plugin.so")
        self.assertEqual(code, 1, out)


class CommandLine(unittest.TestCase):
    def test_version_and_bad_usage(self):
        self.assertEqual(run("version")[0], 0)
        self.assertEqual(run()[0], 2)
        self.assertEqual(run("serve")[0], 2)
        self.assertEqual(run("serve", "--config", "/nonexistent.yaml")[0], 2)

    def test_every_mistake_at_once(self):
        with tempfile.TemporaryDirectory() as folder:
            config = pathlib.Path(folder) / "broken.yaml"
            config.write_text("server: { listn: x }\nauth: { mode: maybe }\nplugin: []\n")
            code, _, err = run("serve", "--config", config)
            self.assertEqual(code, 2)
            for line in (1, 2, 3):
                self.assertRegex(err, rf"broken\.yaml:{line}:\d+: ")

    def test_one_tool_without_http(self):
        simulator = Simulator()
        self.addCleanup(simulator.stop)
        with tempfile.TemporaryDirectory() as folder:
            config = pathlib.Path(folder) / "call.yaml"
            config.write_text(configuration(simulator.url, BASE_PLUGINS, f"{folder}/audit.jsonl"))
            code, out, err = run("call", "list_pipeline_runs", '{"top": 1}', "--config", config)
            self.assertEqual(code, 0, err)
            self.assertIn('"runs"', out)
            self.assertNotIn(TOKEN, out + err)
            code, out, err = run("call", "no_such_tool", "{}", "--config", config)
            self.assertEqual(code, 1)
            code, out, err = run("plugins", "--config", config)
            self.assertEqual(code, 0, err)
            for name, _, tools in BASE_PLUGINS:
                self.assertIn(name, out)
                self.assertIn(tools[0], out)


if __name__ == "__main__":
    unittest.main(verbosity=2)
