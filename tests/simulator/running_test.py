"""Runs that have not ended, their approvals, and how a test ends them."""

from __future__ import annotations

import unittest
from typing import Any, ClassVar

from harness import Simulator

PAYMENTS = "/contoso/Payments/_apis"


class RunningTest(unittest.TestCase):
    simulator: ClassVar[Simulator]

    @classmethod
    def setUpClass(cls) -> None:
        cls.simulator = cls.enterClassContext(Simulator())

    def setUp(self) -> None:
        self.simulator.ask("/_reset", "POST", token=None)

    def get(self, path: str, version: str = "7.1") -> Any:
        return self.simulator.get(path, version)

    def records(self, run: int, kind: str) -> list[dict[str, Any]]:
        timeline = self.get(f"{PAYMENTS}/build/builds/{run}/timeline")
        return [each for each in timeline["records"] if each["type"] == kind]

    def approvals(self, query: str) -> list[dict[str, Any]]:
        return self.get(f"{PAYMENTS}/pipelines/approvals?{query}", "7.2-preview.2")["value"]  # type: ignore[no-any-return]

    def test_an_approval_has_the_id_of_its_record(self) -> None:
        (record,) = self.records(4921, "Checkpoint.Approval")
        (approval,) = self.approvals(f"approvalIds={record['id']}&$expand=steps")
        self.assertEqual(("pending", 2), (approval["status"], approval["minRequiredApprovers"]))
        told = [(each["assignedApprover"]["displayName"], each["status"]) for each in approval["steps"]]
        self.assertEqual([("Robin Example", "approved"), ("Sasha Example", "pending")], told)
        self.assertEqual([], self.approvals(f"approvalIds={record['id']}")[0]["steps"])
        pending = {each["pipeline"]["owner"]["id"] for each in self.approvals("state=pending")}
        self.assertEqual({4878, 4921, 4951, 4952}, pending)
        (rejected,) = self.records(4764, "Checkpoint.Approval")
        self.assertEqual("rejected", self.approvals(f"approvalIds={rejected['id']}")[0]["status"])

    def test_a_job_waits_for_an_agent(self) -> None:
        jobs = {each["name"]: each for each in self.records(4922, "Job")}
        self.assertEqual(("pending", 21, None), tuple(jobs["Sign"][key] for key in ("state", "queueId", "workerName")))
        phase = next(each for each in self.records(4922, "Phase") if each["name"] == "Sign")
        self.assertEqual("inProgress", phase["state"])
        queues = self.get(f"{PAYMENTS}/distributedtask/queues?queueIds=21", "7.1-preview.1")["value"]
        self.assertEqual(["shop-pool"], [each["pool"]["name"] for each in queues])
        self.assertEqual(4, self.get(f"{PAYMENTS}/build/builds/4922")["queuePosition"])

    def test_a_run_ends_after_so_many_looks(self) -> None:
        for becomes, status in (("succeeded", "completed"), ("failed", "completed"), ("approval", "inProgress")):
            self.simulator.ask("/_reset", "POST", token=None)
            self.simulator.ask("/_runs", "POST", {"id": 4924, "becomes": becomes, "reads": 2}, token=None)
            seen = [self.get(f"{PAYMENTS}/build/builds/4924") for _ in range(3)]
            self.assertEqual(["inProgress", status, status], [each["status"] for each in seen])
            self.assertEqual(becomes if status == "completed" else None, seen[2].get("result"))
            waiting = [each["state"] for each in self.records(4924, "Checkpoint.Approval")]
            self.assertEqual(["inProgress"] if becomes == "approval" else [], waiting)
        self.assertEqual(400, self.simulator.ask("/_runs", "POST", {"id": 1, "becomes": "failed"}, token=None).status)


if __name__ == "__main__":
    unittest.main(verbosity=2)
