"""Runs that something outside of their scripts ended, and runs with many failures, through the whole host."""

import json
import unittest

from harness import FailureCase


class StoppedRuns(FailureCase):
    def logs_read(self):
        return {
            int(request["path"].rpartition("/logs/")[2])
            for request in self.simulator.requests()
            if "/logs/" in request["path"]
        }

    def test_a_machine_taken_away(self):
        answer = self.ask(4761)
        (failure,) = answer["failures"]
        self.assertEqual("infrastructure", failure["kind"])
        self.assertEqual(("Installer arm64", "Download artifacts"), (failure["job"], failure["task"]))
        self.assertEqual(
            ["Received request to deprovision: The request was cancelled by the remote provider."], failure["messages"]
        )
        idle = [each["reason"] for each in answer["downstream"] if "never ran" in each["reason"]]
        self.assertEqual(1, len(idle))
        self.assertIn("5 later tasks of the job never ran: 'Package', 'Sign', 'Notarise' and 2 more", idle[0])

    def test_a_machine_lost_beside_a_failure_of_its_own(self):
        answer = self.ask(4762)
        kinds = {each["job"]: (each["kind"], each["task"]) for each in answer["failures"]}
        self.assertEqual(
            {"Installer x64": ("error", "Package"), "Installer arm64": ("infrastructure", "Build product")}, kinds
        )

    def test_a_matrix_is_merged_and_its_other_causes_are_read(self):
        answer = self.ask(4763)
        self.assertEqual({"failed": 20, "shown": 20, "with_log": 20, "logs_read": 6}, answer["totals"])
        tasks = [(each["task"], each["log_read"], each.get("count", 1)) for each in answer["failures"]]
        self.assertEqual(
            {("Compile", True, 18), ("Run pytest", True, 1), ("Check types", True, 1)},
            set(tasks),
        )
        merged = next(each for each in answer["failures"] if each.get("count", 1) > 1)
        self.assertEqual(4, merged["logs_read"])
        self.assertEqual(10, len(merged["jobs"]))
        unread = next(i for i, log in enumerate(merged["log_ids"]) if log not in self.logs_read())
        self.assertEqual(4, unread)
        self.assertIn(f"log_id {merged['log_ids'][unread]}", json.dumps(answer["next"]))
        self.assertNotIn("max_bytes", json.dumps(answer["next"]))
        self.assertEqual(6, len(self.logs_read()))

        again = self.ask(4763, log_id=merged["log_ids"][unread])
        self.assertEqual({merged["log_ids"][unread]}, self.logs_read())
        self.assertEqual(merged["jobs"][unread], again["failures"][0]["job"])
        self.assertIn("balanse", json.dumps(again["failures"][0]["evidence"]))

    def test_refused_approvals(self):
        for run, kind, said in (
            (4764, "error", "The approval was rejected."),
            (4765, "timeout", "The approval expired or was given up before it was decided."),
            (4766, "error", "The approval was rejected."),
        ):
            with self.subTest(run=run):
                (failure,) = self.ask(run)["failures"]
                self.assertEqual(("Deploy", kind, [said]), (failure["stage"], failure["kind"], failure["messages"]))

    def test_a_stage_that_waits(self):
        answer = self.ask(4878)
        (waiting,) = answer["waiting"]
        self.assertEqual(("Deploy", "approval"), (waiting["stage"], waiting["for"]))
        self.assertIn("Stage 'Deploy' waits for: approval since 20", json.dumps(answer["next"]))


if __name__ == "__main__":
    unittest.main(verbosity=2)
