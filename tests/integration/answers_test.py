"""Unusual answers of Azure DevOps, through the real program: refused starts, what is gone, branches, pull requests."""

import json
import unittest
import urllib.parse

from harness import HostCase


class Answers(HostCase):
    def told(self, tool, **arguments):
        result = self.host.call(tool, arguments)
        self.assertFalse(result.get("isError"), result)
        return result["structuredContent"]

    def refused(self, tool, **arguments):
        result = self.host.call(tool, arguments)
        self.assertTrue(result.get("isError"), result)
        return result["content"][0]["text"]

    def failure(self, run):
        return self.told("get_run_failure_logs", run_id=run)

    def queries(self, path):
        asked = [each for each in self.simulator.requests() if each["path"].endswith(path)]
        return [dict(urllib.parse.parse_qsl(each["query"])) for each in asked]

    def posted(self):
        return [each["path"] for each in self.simulator.requests() if each["method"] == "POST"]

    # A refused start

    def test_every_missing_parameter_is_named(self):
        for more in ({}, {"dry_run": True}):
            said = self.refused("trigger_pipeline_run", pipeline_id=60, parameters={"ring": "1"}, **more)
            for name in ("environment", "region", "owner", "ticket", "size"):
                self.assertIn(f"A value for the '{name}' parameter must be provided.", said)
            self.assertNotIn("'ring'", said)
        values = dict.fromkeys(("environment", "region", "ring", "owner", "ticket", "size"), "x")
        self.told("trigger_pipeline_run", pipeline_id=60, parameters=values)

    def test_results_are_told_of_a_run_whose_yaml_was_refused(self):
        answer = self.failure(4776)
        messages = answer["failures"][0]["messages"]
        self.assertIn("Unexpected value 'stepz0'", messages[0])
        self.assertEqual("… and 4 more errors.", messages[-1])
        self.assertTrue(answer["failures"][0]["truncated"])

    # What is gone

    def test_a_deleted_run_says_when_and_by_whom(self):
        for run, by in ((4771, "Robin Example"), (4772, "Microsoft.VisualStudio.Services.TFS")):
            answer = self.failure(run)
            self.assertIn(f'deleted on 2026-11-2{run - 4771} by "{by}"', answer["next"][0])
            self.assertEqual(by, answer["run"]["deleted"]["by"])
            self.assertNotIn("No failed stage", json.dumps(answer))

    def test_a_deleted_run_that_only_lists_tell_is_found(self):
        self.simulator.fault(match="/builds/4771", kind="status", status=404, times=2)
        self.assertIn("deleted on 2026-11-20", self.failure(4771)["next"][0])
        said = self.refused("get_run_failure_logs", run_id=4999)
        self.assertIn("may also have been deleted", said)

    def test_logs_that_are_gone_are_named(self):
        answer = self.failure(4773)
        self.assertRegex(" ".join(answer["notes"]), r"Log 3 is no longer kept")
        self.assertTrue(any(each["evidence"] for each in answer["failures"]))
        answer = self.failure(4774)
        self.assertRegex(" ".join(answer["notes"]), r"Logs 3 and 8 are no longer kept")
        self.assertNotIn("Check the id", json.dumps(answer))

    def test_a_run_without_its_timeline(self):
        self.assertIn("is no longer kept", self.failure(4775)["next"][0])

    # Branches

    def test_a_branch_is_asked_for_as_it_is_called(self):
        for branch, sent in (
            ("$/Payments/Main", "$/Payments/Main"),
            ("refs/pull/123/merge", "refs/pull/123/merge"),
            ("heads/release/1.0", "refs/heads/release/1.0"),
        ):
            self.simulator.control("DELETE", "/_requests")
            runs = self.told("list_pipeline_runs", branch=branch)["runs"]
            self.assertEqual([sent], [each["branchName"] for each in self.queries("/build/builds")])
            self.assertTrue(runs)
        self.assertEqual("$/Payments/Main", self.failure(4785)["run"]["branch"])
        self.assertEqual(4784, self.failure(4785)["last_good_run"]["id"])

    def test_a_tfvc_path_or_an_unclear_branch_starts_nothing(self):
        for branch, why in (
            ("$/Payments/Main", "Branch '$/Payments/Main' may not be run"),
            ("refs/tags/v1", "Branch 'refs/tags/v1' may not be run"),
            ("origin/main", 'write "main" or "refs/heads/origin/main"'),
            ("release/*", "wildcards aren't understood"),
        ):
            self.assertIn(why, self.refused("trigger_pipeline_run", pipeline_id=59, branch=branch))
        self.assertEqual([], self.posted())

    # Pull requests

    def test_a_pull_request_of_github(self):
        answer = self.failure(4781)
        self.assertEqual(
            {"number": 123, "title": "Retry payments that time out", "author": "kim-example",
             "source_branch": "retry-payments", "target_branch": "main", "fork": True,
             "url": "https://github.com/contoso/shop-app/pull/123"},
            answer["run"]["pull_request"])
        self.assertEqual((4780, "target_branch"), (answer["last_good_run"]["id"], answer["last_good_run"]["found_on"]))
        self.assertEqual([], answer["commits_since"])
        run = self.told("list_pipeline_runs", pipeline_id=58, branch="refs/pull/123/merge")["runs"][0]
        self.assertEqual(answer["run"]["pull_request"], run["pull_request"])

    def test_a_pull_request_of_azure_repos(self):
        answer = self.failure(4783)
        request = answer["run"]["pull_request"]
        told = (request["number"], request["source_branch"], request["target_branch"])
        self.assertEqual((31, "feature/refunds", "main"), told)
        self.assertTrue(request["url"].endswith("/_git/payments-api/pullrequest/31"), request)
        self.assertEqual((4782, "same_branch"), (answer["last_good_run"]["id"], answer["last_good_run"]["found_on"]))
        self.assertEqual(1, len(answer["commits_since"]))


if __name__ == "__main__":
    unittest.main(verbosity=2)
