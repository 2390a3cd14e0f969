"""search_run_logs, read_run_log and logs as resources, as a client sees them."""

import json
import pathlib
import unittest

import harness

TEMPLATE = "ado://{organization}/{project}/run/{run_id}/log/{log_id}"
TOOLS = ["search_run_logs", "read_run_log"]
SERVED = f'resources: ["{TEMPLATE}"], timeout: 60s'


class LogsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.simulator = harness.Simulator()
        cls.host = harness.Host(
            cls.simulator.url,
            [("logs", "logs.so", TOOLS)],
            edit=lambda text: text.replace(f"tools: [{', '.join(TOOLS)}]", f"tools: [{', '.join(TOOLS)}], {SERVED}"),
        )
        # What runs 4748 and 4791 print of secrets.
        cls.host.canaries += ["hunter2-is-a-fake", "ZmFrZSBrZXkgcGxhbnRlZCBmb3IgdGVzdHMs"]

    @classmethod
    def tearDownClass(cls):
        cls.host.stop()
        cls.simulator.stop()

    def setUp(self):
        self.simulator.control("DELETE", "/_faults")
        self.simulator.control("DELETE", "/_requests")

    def told(self, tool, **arguments):
        result = self.host.call(tool, arguments)
        self.assertFalse(result.get("isError"), result)
        answer = result["structuredContent"]
        self.assertLessEqual(len(json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()), 16384)
        return answer

    def refused(self, tool, **arguments):
        result = self.host.call(tool, arguments)
        self.assertTrue(result.get("isError"), result)
        return result["content"][0]["text"]

    def rpc(self, method, params, name=None):
        return self.host.rpc(method, params, name)[1]

    def read(self, uri):
        return self.rpc("resources/read", {"uri": uri}, uri)

    def complete(self, argument, value, **context):
        params = {
            "ref": {"type": "ref/resource", "uri": TEMPLATE},
            "argument": {"name": argument, "value": value},
            "context": {"arguments": context},
        }
        return self.rpc("completion/complete", params)["result"]["completion"]["values"]

    # Searching

    def test_the_cause_among_200000_lines(self):
        answer = self.told("search_run_logs", run_id=4800, pattern=r"error: no matching function", context=1)
        self.assertEqual((1, False), (answer["matches"], answer["truncated"]))
        log = answer["logs"][0]
        self.assertEqual((46, "Compile"), (log["log_id"], log["job"]))
        self.assertEqual([123999, 124000, 124001], [line["line"] for line in log["lines"]])
        status = pathlib.Path(f"/proc/{self.host.process.pid}/status").read_text()
        self.assertLess(int(status.split("VmHWM:")[1].split()[0]), 200_000, "KiB")

    def test_patterns_that_look_catastrophic(self):
        for pattern in ("(a+)+$", "(x+x+)+y", r"(\w+\s?)*!$"):
            answer = self.told("search_run_logs", run_id=4711, pattern=pattern)
            self.assertFalse(answer["truncated"], pattern)

    def test_arguments_are_read_leniently(self):
        url = f"{self.simulator.url}/contoso/Payments/_build/results?buildId=4711&view=logs"
        by_id = self.told("search_run_logs", run_id="4711", pattern="balanse", context="1", ignore_case="true")
        by_url = self.told("search_run_logs", run_url=url, pattern="balanse", context=1, log_id="4")
        self.assertEqual(by_id["logs"], by_url["logs"])
        self.assertEqual(29, by_id["logs"][0]["lines"][1]["line"])

    def test_a_bad_pattern_says_what_to_change(self):
        self.assertIn("missing )", self.refused("search_run_logs", run_id=4711, pattern="f(x"))
        self.assertIn("every line", self.refused("search_run_logs", run_id=4711, pattern=".*"))
        self.refused("search_run_logs", run_id=4711, pattern="")
        self.assertEqual([], self.simulator.requests())

    def test_the_newest_attempt_is_searched(self):
        answer = self.told("search_run_logs", run_id=4742, pattern="assert")
        self.assertEqual({29}, {log["log_id"] for log in answer["logs"]})

    # Hostile and odd text

    def test_a_hostile_log_is_data(self):
        answer = self.told("search_run_logs", run_id=4748, pattern="password|IGNORE|override", log_id=3)
        text = json.dumps(answer, ensure_ascii=False)
        self.assertEqual(3, answer["matches"])
        for part in ("\x1b", "\u202e", "\u200b", "hunter2"):
            self.assertNotIn(part, text)
        self.assertEqual(0, self.told("search_run_logs", run_id=4748, pattern="hunter2")["matches"])
        self.assertIn("`lines`", self.told("read_run_log", run_id=4748, log_id=3)["notice"])

    def test_odd_lines(self):
        lines = {line["line"]: line["text"] for line in self.told("read_run_log", run_id=4791, log_id=3)["lines"]}
        self.assertEqual("windows line", lines[12])
        self.assertEqual("loading 10% loading 60% loading 100%, then a warning: disk is slow", lines[13])
        self.assertEqual("latin-1 caf\ufffd and stray bytes \ufffd\ufffd end", lines[14])
        self.assertEqual(["***"] * 28, [lines[number] for number in range(16, 44)])
        self.assertEqual("after the key", lines[44])
        for first in (17, 30, 43):  # within the key
            answer = self.told("read_run_log", run_id=4791, log_id=3, from_line=first, to_line=44)
            self.assertEqual({"***", "after the key"}, {line["text"] for line in answer["lines"]})

    # Reading

    def test_lines_as_the_web_page_numbers_them(self):
        answer = self.told("read_run_log", run_id=4800, log_id=46, from_line=123999, to_line=124001)
        self.assertEqual([123999, 124000, 124001], [line["line"] for line in answer["lines"]])
        self.assertIn("error: no matching function", answer["lines"][1]["text"])
        self.assertEqual(200000, answer["total_lines"])
        answer = self.told("read_run_log", run_id=4800, log_id=46)
        self.assertEqual(200000, answer["to_line"])
        self.assertIn("Earlier lines", answer["next"])
        self.assertEqual(41, self.told("read_run_log", run_id=4711, log_id=4, tail=2000)["total_lines"])
        answer = self.told("read_run_log", run_id=4711, log_id=4, from_line=42)
        self.assertEqual([], answer["lines"])
        self.assertIn("41 lines", answer["next"])

    # What is not there

    def test_what_is_gone_or_elsewhere(self):
        for tool, more in (("search_run_logs", {"pattern": "x"}), ("read_run_log", {"log_id": 3})):
            self.assertIn("not on the allowlist", self.refused(tool, run_id=9001, project="Secret", **more))
            self.assertIn("found nothing at build/builds/6001", self.refused(tool, run_id=6001, **more))
            self.assertIn("was deleted on 2026-11-20", self.refused(tool, run_id=4771, **more))
            self.assertIn("has no logs", self.refused(tool, run_id=4774, **more))
        self.assertIn("Log 3 is no longer kept", self.refused("read_run_log", run_id=4773, log_id=3))
        notes = self.told("search_run_logs", run_id=4773, pattern="error")["notes"]
        self.assertIn("Log 3 is no longer kept", notes[0])

    def test_an_answer_of_another_project_is_refused(self):
        self.simulator.fault(match="/builds/4711?", kind="other_project", times=1)
        self.assertIn("found nothing", self.refused("read_run_log", run_id=4711, log_id=4))

    # Faults

    def test_azure_devops_that_is_busy_slow_or_broken(self):
        self.simulator.fault(match="/logs/4", kind="status", status=429, retry_after=1, times=1)
        self.assertEqual(41, self.told("read_run_log", run_id=4711, log_id=4)["total_lines"])
        self.simulator.fault(match="/logs/4", kind="slow", delay_ms=50, times=1)
        self.assertEqual(2, self.told("search_run_logs", run_id=4711, pattern="balanse")["matches"])
        self.simulator.fault(match="/logs/4", kind="truncated", times=9)
        answer = self.told("search_run_logs", run_id=4711, pattern="Starting: Comp")
        self.assertTrue(answer["truncated"])
        self.assertIn("Log 4", " ".join(answer["notes"]))

    # Resources

    def test_a_log_is_a_resource(self):
        uri = "ado://contoso/Payments/run/4711/log/4"
        contents = self.read(uri)["result"]["contents"]
        self.assertEqual([uri], [each["uri"] for each in contents])
        self.assertIn("has no member named ‘balanse’", contents[0]["text"])
        text = self.read("ado://contoso/Payments/run/4800/log/46")["result"]["contents"][0]["text"]
        self.assertTrue(text.startswith("[Lines "))
        self.assertLessEqual(len(text.encode()), 257 << 10)
        odd = self.read("ado://contoso/Payments/run/4791/log/3")["result"]["contents"][0]["text"]
        self.assertIn("before the key\n***\n", odd)

    def test_resources_are_checked_as_tools_are(self):
        self.assertEqual(403, self.read("ado://contoso/Secret/run/9001/log/1")["error"]["code"])
        self.assertEqual(403, self.read("ado://fabrikam/Payments/run/4711/log/4")["error"]["code"])
        for rest in ("Payments/run/6001/log/4", "Platform/run/4711/log/4", "Payments/run/4711/log/99",
                     "Payments/run/x/log/4"):
            self.assertEqual(-32602, self.read(f"ado://contoso/{rest}")["error"]["code"], rest)

    def test_completion(self):
        self.assertEqual(["contoso"], self.complete("organization", ""))
        self.assertEqual(["Payments"], self.complete("project", "pay", organization="contoso"))
        at = {"organization": "contoso", "project": "Payments"}
        self.assertIn("4711", self.complete("run_id", "471", **at))
        self.assertEqual("4", self.complete("log_id", "", run_id="4711", **at)[0])
        self.assertEqual([], self.complete("log_id", "", run_id="4999", **at))


if __name__ == "__main__":
    unittest.main(verbosity=2)
