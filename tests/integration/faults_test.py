"""What a person sees when Azure DevOps misbehaves, through the whole host."""

import unittest

from harness import Host, Simulator


class Faults(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.simulator = Simulator()
        cls.host = Host(cls.simulator.url)

    @classmethod
    def tearDownClass(cls):
        cls.host.stop()
        cls.simulator.stop()

    def setUp(self):
        self.simulator.control("POST", "/_reset")
        self.simulator.control("DELETE", "/_faults")
        self.simulator.control("DELETE", "/_requests")

    def posts(self):
        return [
            request
            for request in self.simulator.requests()
            if request["method"] == "POST" and request["path"].endswith("/runs")
        ]

    def test_a_throttled_read_is_retried(self):
        self.simulator.fault(match="build/builds", kind="status", status=429, retry_after=0, times=1)
        result = self.host.call("list_pipeline_runs", {"project": "Payments", "top": 3})
        self.assertFalse(result.get("isError"), result)
        self.assertEqual(len(result["structuredContent"]["runs"]), 3)

    def test_a_reset_read_is_retried(self):
        self.simulator.fault(match="build/builds", kind="reset", times=1)
        result = self.host.call("list_pipeline_runs", {"project": "Payments", "top": 3})
        self.assertFalse(result.get("isError"), result)

    def test_a_sign_in_page_says_what_to_check(self):
        self.simulator.fault(match="build/builds", kind="html", times=10)
        result = self.host.call("list_pipeline_runs", {"project": "Payments"})
        self.assertTrue(result["isError"])
        self.assertIn("sign-in", result["content"][0]["text"])
        self.assertNotIn("simulator-token", str(result))

    def test_truncated_json_is_never_an_answer(self):
        self.simulator.fault(match="build/builds", kind="truncated", times=10)
        result = self.host.call("list_pipeline_runs", {"project": "Payments"})
        self.assertTrue(result["isError"])

    def test_another_projects_answer_is_refused(self):
        self.simulator.fault(match="build/builds", kind="other_project", times=10)
        result = self.host.call("list_pipeline_runs", {"project": "Payments"})
        self.assertTrue(result["isError"], result)
        self.assertNotIn("Secret", str(result.get("structuredContent")))

    def test_a_lost_answer_of_a_write_is_unknown_and_sent_once(self):
        self.simulator.fault(match="pipelines/20/runs", method="POST", kind="lost_answer", times=5)
        result = self.host.call(
            "trigger_pipeline_run", {"project": "Payments", "pipeline_id": 20, "branch": "main"}
        )
        self.assertTrue(result["isError"], result)
        self.assertIn("5000", result["content"][0]["text"])
        self.assertEqual(len(self.posts()), 1)
        self.assertEqual(self.host.audit()[-1]["status"], "unknown")

    def test_a_failed_write_is_not_repeated(self):
        self.simulator.fault(
            match="pipelines/20/runs", method="POST", kind="status", status=503, times=5
        )
        result = self.host.call(
            "trigger_pipeline_run", {"project": "Payments", "pipeline_id": 20, "branch": "main"}
        )
        self.assertTrue(result["isError"], result)
        self.assertEqual(len(self.posts()), 1)

    def test_a_run_on_another_branch_is_told(self):
        self.simulator.fault(match="pipelines/20/runs", method="POST", kind="wrong_branch", times=1)
        result = self.host.call(
            "trigger_pipeline_run",
            {"project": "Payments", "pipeline_id": 20, "branch": "release/1.0"},
        )
        self.assertTrue(result["isError"], result)
        self.assertIn("release/1.0", result["content"][0]["text"])

    def test_writes_are_decided_on_what_they_resolve_to(self):
        for arguments, word in [
            ({"project": "Platform", "pipeline_id": 70, "branch": "main"}, "read only"),
            ({"project": "Payments", "pipeline_id": 20, "branch": "feature/x"}, "Branch"),
            ({"project": "Payments", "pipeline_id": 20, "branch": "main",
              "variables": {"OTHER": "1"}}, "OTHER"),
            ({"project": "Payments", "pipeline_id": 20, "branch": "main",
              "stages_to_skip": ["Test"]}, "stage"),
        ]:
            with self.subTest(arguments):
                result = self.host.call("trigger_pipeline_run", arguments)
                self.assertTrue(result["isError"], result)
                self.assertIn(word, result["content"][0]["text"])
                self.assertEqual(self.host.audit()[-1]["status"], "denied")
        self.assertEqual(self.posts(), [])

    def test_a_part_that_fails_leaves_the_rest(self):
        self.simulator.fault(match="testresults", kind="status", status=500, times=20)
        result = self.host.call("get_run_failure_logs", {"project": "Payments", "run_id": 4711})
        self.assertFalse(result.get("isError"), result)
        self.assertTrue(result["structuredContent"]["failures"])

    def test_projects_off_the_list(self):
        result = self.host.call("list_pipeline_runs", {"project": "Secret"})
        self.assertTrue(result["isError"])
        self.assertIn("Payments", result["content"][0]["text"])
        url = f"{self.simulator.url}/contoso/Secret/_build/results?buildId=9001"
        result = self.host.call("get_run_failure_logs", {"run_url": url})
        self.assertTrue(result["isError"])
        self.assertEqual(self.simulator.requests(), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
