"""Arguments as models send them, over the real wire, for the shipped tools."""

import json
import pathlib
import tempfile
import unittest

from harness import BASE_PLUGINS, Host, Simulator, configuration, run
from stdio_test import Stdio


class Arguments(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.simulator = Simulator()
        cls.host = Host(cls.simulator.url)
        runs = cls.host.call("list_pipeline_runs", {"result": "failed", "top": 1})
        cls.failed = runs["structuredContent"]["runs"][0]

    @classmethod
    def tearDownClass(cls):
        cls.host.stop()
        cls.simulator.stop()

    def answer(self, tool, arguments):
        result = self.host.call(tool, arguments)
        self.assertFalse(result.get("isError"), result["content"])
        return result["structuredContent"]

    def refusal(self, tool, arguments):
        result = self.host.call(tool, arguments)
        self.assertTrue(result.get("isError"), result)
        return result["content"][0]["text"]

    def recorded(self):
        """The last call's arguments at its start and at its end."""
        started, finished = self.host.audit()[-2:]
        self.assertEqual((started["event"], finished["event"]), ("started", "finished"))
        return started["arguments"], finished["arguments"]

    def meant(self, tool, sent, wanted):
        """`sent` is answered, and `wanted` is what the audit holds of it."""
        answer = self.answer(tool, sent)
        for arguments in self.recorded():
            self.assertEqual(arguments, wanted, sent)
        return answer

    def test_lists_take_numbers_as_text_and_nothing_as_left_out(self):
        pipeline = self.failed["pipeline"]["id"]
        for sent, wanted in (
            ({"top": "1"}, {"top": 1}),
            ({"top": " 2 "}, {"top": 2}),
            ({"top": "3.0"}, {"top": 3}),
            ({"top": None, "branch": None, "status": None}, {}),
            ({"top": "", "branch": "", "result": "", "continuation_token": ""}, {}),
            ({"pipeline_id": str(pipeline), "top": 1}, {"pipeline_id": pipeline, "top": 1}),
            ({"project": None, "organization": "", "top": 1}, {"top": 1}),
            ({"top": 1, "toolCallId": "call_1", "sessionId": "s"}, {"top": 1}),
            ({"top": 1, "_sessionID": "s", "chatInput": "why?", "_meta": {}}, {"top": 1}),
        ):
            self.assertLessEqual(len(self.meant("list_pipeline_runs", sent, wanted)["runs"]), 20)
        self.meant("list_deployments", {"top": "1", "definition_id": None, "status": ""}, {"top": 1})

    def test_a_run_is_found_by_its_id_as_text(self):
        run_id = self.failed["id"]
        for sent, wanted in (
            ({"run_id": str(run_id), "run_url": None}, {"run_id": run_id}),
            ({"run_id": str(run_id), "run_url": "", "include": "logs"},
             {"run_id": run_id, "include": ["logs"]}),
            ({"run_id": run_id, "include": '["logs", "tests"]', "max_bytes": "8192"},
             {"run_id": run_id, "include": ["logs", "tests"], "max_bytes": 8192}),
        ):
            self.assertEqual(self.meant("get_run_failure_logs", sent, wanted)["run"]["id"], run_id)

    def test_a_start_takes_objects_as_text(self):
        pipeline = self.failed["pipeline"]["id"]
        before = len(self.simulator.requests())
        self.answer("trigger_pipeline_run", {
            "pipeline_id": str(pipeline), "branch": "main", "dry_run": "True",
            "parameters": '{"env": "dev", "count": 3, "fast": true}', "variables": None,
            "stages_to_skip": "[]"})
        for arguments in self.recorded():
            self.assertEqual(arguments["pipeline_id"], pipeline)
            self.assertEqual(arguments["dry_run"], True)
            self.assertEqual(set(arguments["parameters"]), {"env", "count", "fast"})
            self.assertEqual(arguments["stages_to_skip"], [])
            self.assertNotIn("variables", arguments)
        sent = [one for one in self.simulator.requests()[before:] if one["method"] == "POST"]
        body = json.dumps(sent)
        for text in ("env", "dev", "count", "fast"):
            self.assertIn(text, body)

    def test_what_stays_refused_is_said_in_a_sentence(self):
        whole = "must be a whole number from 1 to"
        for tool, sent, words in (
            ("get_run_failure_logs", {"run_id": "12.5"}, f'`run_id` {whole} 2147483647, but the text "12.5" came.'),
            ("get_run_failure_logs", {"run_id": "4711x"}, 'but the text "4711x" came.'),
            ("get_run_failure_logs", {"run_id": True}, f"`run_id` {whole} 2147483647, but true came."),
            ("get_run_failure_logs", {"run_id": 1, "include": "log"}, 'but the text "log" came.'),
            ("get_run_failure_logs", {"run_id": 1, "include": ["log"]}, '`include[0]` must be one of "logs"'),
            ("list_pipeline_runs", {"top": 51}, f"`top` {whole} 50, but 51 came."),
            ("list_pipeline_runs", {"top": "x" * 60}, "but a text of 60 characters came."),
            ("list_pipeline_runs", {"brnch": "main"}, "`brnch` is unknown; did you mean `branch`?"),
            ("trigger_pipeline_run", {"pipeline_id": None}, "`pipeline_id` is required and must be"),
            ("trigger_pipeline_run", {"pipeline_id": ""}, "but it is missing: an empty text came."),
            ("trigger_pipeline_run", {"branch": "main"}, "`pipeline_id` is required and must be"),
            ("trigger_pipeline_run", {"pipeline_id": 1, "parameters": "{"}, "This is not valid JSON."),
            ("trigger_pipeline_run", {"pipeline_id": 1, "parameters": {"env": ["x"]}},
             "`parameters.env` must be a text"),
        ):
            self.assertIn(words, self.refusal(tool, sent), sent)
            _, arguments = self.recorded()
            self.assertEqual(set(arguments), set(sent))
        self.refusal("list_pipeline_runs", {"top": "51", "toolCallId": "c", "branch": None})
        self.assertEqual(self.recorded()[1], {"top": "51", "toolCallId": "c", "branch": None})

    def test_one_of_two_is_asked_for_by_name(self):
        link = f"{self.simulator.url}/contoso/Payments/_build/results?buildId={self.failed['id']}"
        for sent in ({}, {"run_id": None, "run_url": ""}, {"run_url": " "},
                     {"run_id": self.failed["id"], "run_url": link}):
            said = self.refusal("get_run_failure_logs", sent)
            self.assertIn("xactly one of `run_id` and `run_url`", said)

    def test_standard_input_reads_them_alike_in_every_era(self):
        client = Stdio(self.simulator.url)
        self.addCleanup(client.clean)
        client.shake_hands()
        sent = {"top": "1", "branch": None, "toolCallId": "c"}
        for number, era in enumerate(("legacy", "modern")):
            result = client.result(number, "tools/call", era, name="list_pipeline_runs", arguments=sent)
            self.assertEqual(len(result["structuredContent"]["runs"]), 1, result)
            self.assertEqual(client.audit()[-1]["arguments"], {"top": 1})
        self.assertEqual(client.end(), 0)

    def test_the_command_line_reads_them_alike(self):
        with tempfile.TemporaryDirectory() as folder:
            config = pathlib.Path(folder) / "call.yaml"
            config.write_text(configuration(self.simulator.url, BASE_PLUGINS, f"{folder}/audit.jsonl"))
            sent = '{"top": "1", "branch": null, "sessionId": "s"}'
            code, out, err = run("call", "list_pipeline_runs", sent, "--config", config)
            self.assertEqual(code, 0, out + err)
            self.assertIn('"runs"', out)
            for nothing in ("", " ", "null", "[]", '"{}"'):
                code, out, err = run("call", "list_pipeline_runs", nothing, "--config", config)
                self.assertEqual(code, 0, nothing + out + err)


if __name__ == "__main__":
    unittest.main(verbosity=2)
