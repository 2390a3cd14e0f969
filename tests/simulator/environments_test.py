"""Environments, their deployments, and the approvals of YAML pipelines."""

from __future__ import annotations

import unittest
from typing import Any, ClassVar
from urllib.parse import quote

from harness import Simulator

PAYMENTS = "/contoso/Payments/_apis/pipelines"
RECORDS = "environmentdeploymentrecords"


class EnvironmentsTest(unittest.TestCase):
    simulator: ClassVar[Simulator]

    @classmethod
    def setUpClass(cls) -> None:
        cls.simulator = cls.enterClassContext(Simulator())

    def get(self, path: str) -> Any:
        return self.simulator.get(f"{PAYMENTS}/{path}", "7.2-preview.1")

    def test_environments_are_found_by_name(self) -> None:
        self.assertEqual([4, 3, 1, 2], [each["id"] for each in self.get("environments")["value"]])
        self.assertEqual([3], [each["id"] for each in self.get("environments?name=Ledger-Prod")["value"]])
        self.assertEqual([], self.get("environments?name=ledger")["value"])

    def test_each_project_has_its_own(self) -> None:
        for path in ("environments/6", f"environments/5/{RECORDS}", "environments/x"):
            answer = self.simulator.ask(f"{PAYMENTS}/{path}?api-version=7.2-preview.1")
            self.assertEqual((404, "EnvironmentNotFoundException"), (answer.status, answer.json()["typeKey"]))
        answer = self.simulator.ask(f"{PAYMENTS}/environments?api-version=7.2")
        self.assertEqual(400, answer.status)

    def test_pages_of_records_lose_nothing(self) -> None:
        whole = [each["id"] for each in self.get(f"environments/2/{RECORDS}")["value"]]
        self.assertEqual(sorted(whole, reverse=True), whole)
        seen: list[int] = []
        token = ""
        for _ in range(50):
            path = f"{PAYMENTS}/environments/2/{RECORDS}?top=7&continuationToken={token}&api-version=7.2-preview.1"
            answer = self.simulator.ask(path)
            seen += [each["id"] for each in answer.json()["value"]]
            token = answer.headers.get("x-ms-continuationtoken", "")
            if not token:
                break
        self.assertEqual(whole, seen)

    def test_each_attempt_is_a_record(self) -> None:
        told = [
            (each["owner"]["id"], each["stageAttempt"], each.get("result"))
            for each in self.get(f"environments/3/{RECORDS}")["value"]
        ]
        self.assertEqual([(4955, 1, None), (4954, 1, "failed"), (4953, 2, "succeeded"), (4953, 1, "failed")], told)

    def approvals(self, query: str) -> Any:
        return self.simulator.get(f"{PAYMENTS}/approvals?{query}", "7.2-preview.2")["value"]

    def test_approvals_are_those_of_the_timelines(self) -> None:
        for each in self.approvals("$expand=steps"):
            run = each["pipeline"]["owner"]["id"]
            records = self.simulator.get(f"/contoso/Payments/_apis/build/builds/{run}/timeline")["records"]
            found = [record["type"] for record in records if record["id"] == each["id"]]
            self.assertEqual(["Checkpoint.Approval"], found)
            self.assertTrue(each["steps"])

    def test_filters_of_approvals(self) -> None:
        def runs(query: str) -> set[int]:
            return {each["pipeline"]["owner"]["id"] for each in self.approvals(query)}

        self.assertLessEqual({4878, 4951, 4952}, runs("state=pending"))
        self.assertFalse({4764, 4765} & runs("state=pending"))
        self.assertLessEqual({4764, 4766}, runs("state=rejected"))
        self.assertIn(4765, runs("state=timedOut"))
        self.assertIn(4951, runs("state=pending&assignedTo=avery@contoso.example"))
        self.assertNotIn(4952, runs("state=pending&assignedTo=avery@contoso.example"))
        self.assertEqual(2, len(self.approvals("top=2")))
        one = self.approvals("state=pending")[0]
        self.assertEqual([one["id"]], [each["id"] for each in self.approvals(f"approvalIds={one['id']}")])
        self.assertEqual([], one["steps"])
        answer = self.simulator.ask(f"{PAYMENTS}/approvals?state={quote('so so')}&api-version=7.2-preview.2")
        self.assertEqual(400, answer.status)
        answer = self.simulator.ask(f"{PAYMENTS}/approvals/{one['id']}?api-version=7.2-preview.2")
        self.assertEqual(one["id"], answer.json()["id"])
        answer = self.simulator.ask(f"{PAYMENTS}/approvals/nope?api-version=7.2-preview.2")
        self.assertEqual((404, "ApprovalNotFoundException"), (answer.status, answer.json()["typeKey"]))


if __name__ == "__main__":
    unittest.main(verbosity=2)
