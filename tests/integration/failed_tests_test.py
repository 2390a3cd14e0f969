"""list_failed_tests through the real program: histories, groups, and what can't be had."""

import json
import unittest

from harness import Host, HostCase

PLUGINS = [("test-results", "test_results.so", ["list_failed_tests"])]


class FailedTests(HostCase):
    PLUGINS = PLUGINS

    def call(self, **arguments):
        result = self.host.call("list_failed_tests", arguments)
        self.assertLessEqual(len(result["content"][0]["text"]), 16 << 10)
        return result

    def told(self, **arguments):
        result = self.call(**arguments)
        self.assertFalse(result.get("isError"), result)
        return result["structuredContent"]

    def refused(self, **arguments):
        result = self.call(**arguments)
        self.assertTrue(result.get("isError"), result)
        return result["content"][0]["text"]

    def test_histories_tell_flaky_broken_and_new_apart(self):
        answer = self.told(run_id=4524)
        self.assertEqual((7, "same", 20), (answer["failed_total"], answer["history_of"]["branches"], answer["history_of"]["runs"]))
        tests = {each["name"].rpartition(".")[2]: each for each in answer["tests"]}
        expected = {  # failed, passed, not run, changes; first seen, last passed, broken since
            "retriesAfterTimeout": (6, 12, 2, 9, 4506, 4523, None),
            "roundsHalfEven": (6, 12, 2, 1, 4519, 4518, 4519),
            "reservesTheLastItem": (1, 17, 2, 1, 4524, 4523, 4524),
            "rejectsExpired": (1, 0, 19, 0, 4524, None, 4524),
        }
        for name, (failed, passed, not_run, changes, first, last, since) in expected.items():
            with self.subTest(name=name):
                test, history = tests[name], tests[name]["history"]
                self.assertEqual({"runs": 20, "failed": failed, "passed": passed, "not_run": not_run,
                                  "mixed": 0, "changes": changes}, history)
                told = [test.get(key, {}).get("run_id") for key in ("first_seen", "last_passed", "broken_since")]
                self.assertEqual([first, last, since], told)
                self.assertEqual((2, "Test", "JUnit"), (test["attempt"], test["stage"], test["job"]))
                self.assertIn(f"{name}(", test["stack"][0])
        methods = {(each["method"], each["query"].count("api-version")) for each in self.simulator.requests()}
        self.assertEqual({("GET", 1)}, methods)
        self.assertLessEqual(len(self.simulator.requests()), 30)

    def test_tests_with_the_same_message_are_a_group(self):
        answer = self.told(run_id=4524, top=50)
        group = answer["same_messages"][0]
        self.assertEqual(3, group["count"])
        self.assertIn("Connection refused", group["message"])
        members = [each["name"] for each in answer["tests"] if each.get("same_message") == 1]
        self.assertEqual([f"checkout.GatewayTest.{name}" for name in ("charges", "refunds", "voids")], members)

    def test_a_branch_with_few_runs_is_compared_with_all(self):
        answer = self.told(run_id=4525)
        self.assertEqual("all", answer["history_of"]["branches"])
        test = answer["tests"][0]
        self.assertEqual(4519, test["broken_since"]["run_id"])
        for secret in ("hunter2", "\x1b", "\u202e", "fakepat"):
            self.assertNotIn(secret, json.dumps(answer, ensure_ascii=False))
        self.assertIn("AccountKey=***", test["message"])

    def test_a_name_and_a_number_of_tests(self):
        self.assertEqual(3, len(self.told(run_id=4524, name="GATEWAY")["tests"]))
        answer = self.told(run_id=4524, top=2)
        self.assertEqual(2, len(answer["tests"]))
        self.assertIn("5 more failed tests", answer["notes"][0])

    def test_a_run_is_named_as_people_name_it(self):
        url = f"{self.simulator.url}/contoso/Payments/_build/results?buildId=4524&view=ms.vss-test-web"
        for named in ({"run_id": "4524"}, {"run_url": url}):
            self.assertEqual(4524, self.told(top=1, **named)["run"]["id"])

    def test_runs_without_failed_tests(self):
        for run, why in ((4711, "no test results"), (4505, "No test failed"), (4771, "was deleted"), (4879, "not finished")):
            answer = self.told(run_id=run)
            self.assertEqual([], answer["tests"])
            self.assertIn(why, " ".join(answer["notes"]))

    def test_what_is_not_there_or_not_allowed(self):
        self.assertIn("may also have been deleted", self.refused(run_id=4999))
        self.assertIn("nothing at build/builds/6002", self.refused(run_id=6002))
        self.assertIn("Secret", self.refused(project="Secret", run_id=9001))
        self.simulator.fault(match="/builds/4524", kind="other_project")
        self.assertIn("nothing at build/builds/4524", self.refused(run_id=4524))

    def test_slow_answers_are_waited_for(self):
        self.simulator.fault(match="/results?", kind="slow", delay_ms=20)
        self.simulator.fault(match="buildId=4520", kind="slow", delay_ms=60)
        self.assertEqual(7, len(self.told(run_id=4524)["tests"]))

    def test_a_history_that_is_refused_is_left_out(self):
        """With a host of its own: it then asks nobody for ten minutes."""
        self.simulator.fault(match="buildId=4520", kind="status", status=429, retry_after=1)
        self.assertNotIn("unread", self.told(run_id=4524)["history_of"])  # it was asked for again
        host, self.__class__.host = self.host, Host(self.simulator.url, PLUGINS)
        try:
            self.simulator.fault(match="buildId=4520", kind="status", status=429, retry_after=600, times=9)
            answer = self.told(run_id=4524)
            self.assertLessEqual(1, answer["history_of"]["unread"])
            self.assertIn("could not be read", " ".join(answer["notes"]))
            self.assertIn("wait", self.refused(run_id=4524))
        finally:
            self.host.stop()
            self.__class__.host = host


if __name__ == "__main__":
    unittest.main(verbosity=2)
