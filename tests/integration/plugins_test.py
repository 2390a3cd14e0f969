"""Plugins added and refused by the real program: out of tree, missing, broken, throwing."""

import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from harness import ADOMCP, BASE_PLUGINS, BUILD, TOKEN, Host, Program, Simulator, configuration, run

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

    def test_inspect_says_who_may_write_a_file_and_who_signed_it(self):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        library, key, public = folder / "echo.so", folder / "key.pem", folder / "public.pem"
        shutil.copy(ZOO / "echo.so", library)
        for command in (f"genpkey -algorithm ed25519 -out {key}", f"pkey -in {key} -pubout -out {public}"):
            subprocess.run(["openssl", *command.split()], check=True)

        def lines(*more):
            code, out, err = run("inspect", library, *more)
            self.assertEqual(code, 0, out + err)
            return [line for line in out.splitlines() if line.startswith(("trust:", "signed:"))]

        library.chmod(0o644)
        self.assertEqual(lines(), ["trust:   only root and this user may write it",
                                   f"signed:  no, there is no {library}.sig"])
        library.chmod(0o666)
        self.assertRegex(lines()[0], "^trust:   no, .* has mode 0666: others may write to it")
        subprocess.run(["openssl", "pkeyutl", "-sign", "-rawin", "-inkey", key, "-in", library,
                        "-out", f"{library}.sig"], check=True)
        self.assertEqual(lines()[1], f"signed:  perhaps, {library}.sig is there; --key checks it")
        self.assertEqual(lines("--key", public)[1], "signed:  yes, by a key that was given")
        library.write_bytes(library.read_bytes() + b"x")
        self.assertRegex(lines("--key", public)[1], "^signed:  no, .*none of the keys")


class Folder(unittest.TestCase):
    """Configurations that no program has to answer for: nothing is called."""

    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.folder = self.folder.resolve()
        self.config = self.folder / "main.yaml"

    def configure(self, plugins, extra=""):
        text = configuration("http://127.0.0.1:1", plugins, self.folder / "audit.jsonl", extra)
        self.config.write_text(text)

    def line_of(self, plugin):
        lines = self.config.read_text().splitlines()
        return next(i for i, line in enumerate(lines, 1) if f"id: {plugin}," in line)


class Check(Folder):
    CRASHES = {
        "crashes-at-load": "it crashed while it was being loaded (SIGABRT)",
        "crashes-in-start": "it crashed while starting (SIGSEGV)",
        "exits-at-load": "it ended the process while it was being loaded (exit code 0)",
    }
    SIGNED_IN = (
        'listen: "127.0.0.1:0" }\nauth: { mode: none }',
        'listen: "127.0.0.1:0", public_url: "https://mcp.example.com" }\n'
        "auth: { mode: bearer, provider: oidc, issuer: https://id.example.com, audiences: [b], scopes: [c] }",
    )

    def animals(self, *ids):
        names = [one.replace("-", "_") for one in ids]
        return [(one, ZOO / f"{name}.so", [name]) for one, name in zip(ids, names)]

    def test_plugins_that_crash_are_lines_and_the_others_are_checked(self):
        # A rule on the tool of a plugin that can't be loaded is no mistake.
        rules = "access: { rules: [{ users: [a], tools: [crashes_at_load], projects: ['*'] }] }"
        crashes = self.animals(*self.CRASHES)
        declared = [crashes[0], BASE_PLUGINS[0], *crashes[1:], *self.animals("wrong-id"), *BASE_PLUGINS[1:]]
        self.configure(declared, rules)
        self.config.write_text(self.config.read_text().replace(*self.SIGNED_IN))
        code, out, err = run("check", "--config", self.config)
        self.assertEqual(code, 2, out + err)
        self.assertEqual(out, "")
        lines = err.splitlines()
        for (plugin, why), line in zip(self.CRASHES.items(), lines):
            place = f"{self.config}:{self.line_of(plugin)}:5: "
            self.assertTrue(line.startswith(f"{place}plugin '{plugin}': {why}"), line)
        self.assertTrue(lines[0].endswith("; its last words: constructed too \\x1b[31mearly"), lines[0])
        self.assertRegex(lines[3], rf"^{self.config}:\d+:5: plugin 'wrong-id' .*it calls itself")
        self.assertIn("tool 'get_run_failure_logs': no plugin serves the app ui://adomcp/run", lines[4])
        self.assertEqual(lines[5], f"{self.config}: not good; of it, 4 plugins, 4 tools")
        self.assertEqual(len(lines), 6, err)

        code, out, err = run("plugins", "--config", self.config)
        self.assertEqual(code, 1, out + err)
        self.assertEqual(err, "")
        self.assertIn("plugin 'crashes-at-load': it crashed while it was being loaded (SIGABRT)", out)
        for name, _, tools in BASE_PLUGINS:
            self.assertRegex(out, rf"(?m)^{name} [^\n]+\n  sha256 [0-9a-f]{{64}}\n  {tools[0]}  ")

    def test_a_plugin_that_hangs_is_given_up(self):
        self.configure(self.animals("hangs-in-start"))
        code, out, err = run("check", "--config", self.config, "--time-limit", 1)
        self.assertEqual(code, 2, out + err)
        self.assertIn(
            f"{self.config}:{self.line_of('hangs-in-start')}:5: plugin 'hangs-in-start': "
            "it did not come back within 1 s while starting\n", err)
        self.assertIn("not good; of it, 0 plugins, 0 tools", err)

    def test_plugins_that_crash_only_together_are_a_line(self):
        first, second = self.animals("echo", "crashes-as-second")
        self.configure([second, *BASE_PLUGINS])
        self.assertEqual(run("check", "--config", self.config)[0], 0)
        self.configure([first, second])
        for command, code in (("check", 2), ("plugins", 1)):
            got, out, err = run(command, "--config", self.config)
            self.assertEqual(got, code, out + err)
            self.assertEqual(
                out + err, f"{self.config}: with all plugins together the host crashed (SIGABRT)\n")

    def test_good_ones_are_counted(self):
        self.configure(BASE_PLUGINS)
        code, out, err = run("check", "--config", self.config)
        self.assertEqual((code, err), (0, ""))
        app, verdict = out.splitlines()
        self.assertIn("tool 'get_run_failure_logs': no plugin serves the app ui://adomcp/run", app)
        self.assertEqual(verdict, f"{self.config}: good, 4 plugins, 4 tools")
        self.configure([])
        self.assertEqual(run("check", "--config", self.config)[0], 0)
        self.assertEqual(run("plugins", "--config", self.config), (0, "", ""))

    def test_what_the_host_cannot_start_with_is_a_line(self):
        self.configure(BASE_PLUGINS)
        (self.folder / "audit.jsonl").write_text("not of the audit\n")
        code, out, err = run("check", "--config", self.config)
        self.assertEqual(code, 1, out + err)
        self.assertRegex(err, r"\Aadomcp: .*audit\.jsonl.*\n\Z")

    def test_the_time_limit_has_limits(self):
        self.configure([])
        for limit in ("0", "601", "x"):
            self.assertEqual(run("check", "--config", self.config, "--time-limit", limit)[0], 2)
        help_text = run("--help")[1]
        self.assertIn("check", help_text)
        self.assertNotIn("try-plugin", help_text)


class Pin(Folder):
    """In `main.yaml` a plugin in braces, in `plugins.d` one in a block, both with comments."""

    BLOCK = """# ours
plugins:
  - id: echo # of the zoo
    library: echo.so
    tools: [echo]   # all
"""

    def setUp(self):
        super().setUp()
        (self.folder / "plugins.d").mkdir()
        self.block = self.folder / "plugins.d" / "echo.yaml"
        self.block.write_text(self.BLOCK)
        self.good_c = self.folder / "good_c.so"
        self.echo = self.folder / "plugins.d" / "echo.so"
        for library in (self.good_c, self.echo):
            shutil.copyfile(ZOO / library.name, library)
            library.chmod(0o644)
        self.configure([("good-c", "good_c.so", ["hello_c"])])
        self.config.write_text(self.config.read_text().replace("development: true\n", ""))

    def pin(self, *arguments, code=0):
        got, out, err = run("pin", "--config", self.config, *arguments)
        self.assertEqual(got, code, out + err)
        return out, err

    def hash(self, library):
        return hashlib.sha256(library.read_bytes()).hexdigest()

    def texts(self):
        return self.config.read_bytes(), self.block.read_bytes()

    def test_unpinned_is_refused_pinned_is_good_changed_is_refused(self):
        code, out, err = run("check", "--config", self.config)
        self.assertEqual(code, 2, out + err)
        self.assertEqual(err.count("it is not pinned; "), 2, err)
        self.assertEqual(err.count("adomcp pin"), 2, err)

        main = self.config.read_text()
        self.pin("--check", code=1)
        self.assertEqual(self.texts(), (main.encode(), self.BLOCK.encode()))
        out, err = self.pin()
        good_c, echo = self.hash(self.good_c), self.hash(self.echo)
        line = self.line_of("good-c")
        self.assertEqual(err, "")
        self.assertEqual(
            sorted(out.splitlines()),
            sorted([f"{self.config}:{line}: good-c  no pin -> {good_c}",
                    f"{self.block}:5: echo  no pin -> {echo}"]))
        self.assertEqual(
            self.config.read_text(),
            main.replace("library: good_c.so,", f"library: good_c.so, sha256: {good_c},"))
        self.assertEqual(
            self.block.read_text(),
            self.BLOCK.replace("echo.so\n", f"echo.so\n    sha256: {echo}\n"))
        code, out, err = run("check", "--config", self.config)
        self.assertEqual((code, out, err), (0, f"{self.config}: good, 2 plugins, 2 tools\n", ""))
        pinned = self.texts()
        out, _ = self.pin("--check")
        self.assertEqual(out.count("already pinned\n"), 2, out)

        with self.echo.open("ab") as library:
            library.write(b"one more")
        code, out, err = run("check", "--config", self.config)
        self.assertEqual(code, 2, out + err)
        self.assertIn(f"not the pinned {echo}", err)
        out, _ = self.pin("--check", code=1)
        self.assertIn(f"{self.block}:5: echo  {echo} -> {self.hash(self.echo)}\n", out)
        self.assertEqual(self.texts(), pinned)
        self.pin()
        self.assertEqual(run("check", "--config", self.config)[0], 0)

    def test_only_those_that_are_named(self):
        before, _ = self.texts()
        out, _ = self.pin("echo")
        self.assertRegex(out, r"\A[^\n]+: echo  no pin -> [0-9a-f]{64}\n\Z")
        self.assertEqual(self.config.read_bytes(), before)
        _, err = self.pin("echo", "other", code=2)
        self.assertIn("it declares no plugin 'other'", err)

    def test_what_is_no_plugin_is_an_error_and_the_rest_is_pinned(self):
        self.good_c.write_text("not a library\n")
        before, _ = self.texts()
        out, err = self.pin(code=1)
        self.assertRegex(err, rf"\A{self.config}:\d+:5: plugin 'good-c': {self.good_c} is not pinned: ")
        self.assertEqual(self.config.read_bytes(), before)
        self.assertIn(": echo  no pin -> ", out)
        shutil.copyfile(ZOO / "not_a_plugin.so", self.good_c)
        self.assertIn("it is no adomcp plugin", self.pin(code=1)[1])
        self.good_c.unlink()
        self.assertIn("there is no such file", self.pin(code=1)[1])
        self.assertEqual(self.config.read_bytes(), before)

    def test_a_broken_configuration_is_left_alone(self):
        self.config.write_text(self.config.read_text() + "plugin: []\n")
        before = self.texts()
        _, err = self.pin(code=2)
        self.assertRegex(err, r"main\.yaml:\d+:1: unknown key 'plugin'")
        self.assertEqual(self.texts(), before)

    def test_a_pin_from_the_environment_is_refused(self):
        self.block.write_text(self.BLOCK.replace("tools:", "sha256: ${ECHO_PIN}\n    tools:"))
        before = self.block.read_text()
        got, out, err = run("pin", "--config", self.config, env={"ECHO_PIN": "a" * 64})
        self.assertEqual(got, 1, out + err)
        self.assertRegex(err, rf"\A{self.block}:3:5: plugin 'echo': its sha256 comes from the environment")
        self.assertIn(self.hash(self.echo), err)
        self.assertEqual(self.block.read_text(), before)
        self.assertIn(": good-c  no pin -> ", out)

    def test_links_and_modes_stay_and_nothing_is_left_beside(self):
        real = self.folder / "real.yaml"
        self.config.rename(real)
        real.chmod(0o640)
        if os.geteuid() == 0:
            os.chown(real, 1, 2)
        owner = (real.stat().st_uid, real.stat().st_gid)
        self.config.symlink_to("real.yaml")
        self.pin()
        self.assertTrue(self.config.is_symlink())
        self.assertEqual(real.stat().st_mode & 0o777, 0o640)
        self.assertEqual((real.stat().st_uid, real.stat().st_gid), owner)
        self.assertRegex(real.read_text(), r"sha256: [0-9a-f]{64}")
        self.assertEqual(
            {file.name for file in self.folder.iterdir()} - {"audit.jsonl"},
            {"main.yaml", "real.yaml", "good_c.so", "plugins.d"})
        self.assertEqual(
            {file.name for file in self.block.parent.iterdir()}, {"echo.yaml", "echo.so"})

    def test_all_or_nothing_where_a_file_cannot_be_written(self):
        """A disk that is full after the first file, as far as the program can tell."""
        self.block.write_text(self.BLOCK + "# long\n" * 1000)
        before = self.texts()
        full = "ulimit -f 4; trap '' XFSZ; exec \"$@\""
        done = subprocess.run(
            ["bash", "-c", full, "bash", ADOMCP, "pin", "--config", self.config],
            capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual((done.returncode, done.stdout), (1, ""), done.stderr)
        self.assertRegex(done.stderr, rf"\A{self.block} cannot be written: .* Nothing is pinned\.\n\Z")
        self.assertEqual(self.texts(), before)
        self.assertEqual(
            {file.name for file in self.block.parent.iterdir()}, {"echo.yaml", "echo.so"})

    def test_what_would_change_more_than_the_pin_is_taken_back(self):
        """Here the second plugin's mapping is also a setting of the first."""
        self.block.write_text(
            "plugins:\n  - id: echo\n    library: echo.so\n    tools: [echo]\n"
            "    settings: { same: &one { id: good-c-2, library: ../good_c.so, tools: [other] } }\n"
            "  - *one\n")
        before = self.texts()
        _, err = self.pin(code=1)
        self.assertIn("it did not say the same but for the pins", err)
        self.assertEqual(self.texts(), before)


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

    def test_what_a_registry_is_told(self):
        with tempfile.TemporaryDirectory() as folder:
            config = pathlib.Path(folder) / "served.yaml"
            text = configuration("http://127.0.0.1:1", [], f"{folder}/audit.jsonl")
            config.write_text(text)
            code, out, err = run("registry", "--config", config)
            self.assertEqual((code, out), (2, ""))
            self.assertIn("server.public_url is not set", err)
            config.write_text(text.replace(*Check.SIGNED_IN))
            url = "https://mcp.example.com/mcp"
            for arguments, find in (
                ((), lambda told: told),
                (("--format", "server.json"), lambda told: told),
                (("--format", "v0.1"), lambda told: told["servers"][0]["server"]),
            ):
                code, out, err = run("registry", "--config", config, *arguments)
                self.assertEqual((code, err), (0, ""))
                server = find(json.loads(out))
                self.assertEqual(server["name"], "com.example.mcp/adomcp")
                self.assertEqual(server["version"], run("version")[1].split()[-1])
                self.assertEqual(server["remotes"], [{"type": "streamable-http", "url": url}])
            code, out, _ = run("registry", "--config", config, "--format", "vscode", "--name", "org.example/ado")
            self.assertEqual(json.loads(out), {"servers": {"ado": {"type": "http", "url": url}}})
            for bad in (("--format", "v0"), ("--name", "no slash")):
                code, out, _ = run("registry", "--config", config, *bad)
                self.assertEqual((code, out), (2, ""))


if __name__ == "__main__":
    unittest.main(verbosity=2)
