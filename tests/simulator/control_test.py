"""Writes to runs: a stage again, the end of a run, decisions on approvals; their refusals, and their faults."""

from __future__ import annotations

import http.client
import unittest
from typing import Any, ClassVar

from harness import Answer, Simulator

PAYMENTS = "/contoso/Payments/_apis"
BUILDS = f"{PAYMENTS}/build/builds"
APPROVALS = f"{PAYMENTS}/pipelines/approvals"
RETRY = {"state": "retry", "forceRetryAllJobs": False}
CANCEL = {"status": "cancelling"}
BROKEN = (ConnectionError, http.client.HTTPException)


class ControlTest(unittest.TestCase):
    simulator: ClassVar[Simulator]

    @classmethod
    def setUpClass(cls) -> None:
        cls.simulator = cls.enterClassContext(Simulator())
        for name in ("Robin Example", "sasha@contoso.example", "Avery Example", "nobody"):
            cls.simulator.ask("/_identities", "POST", {"token": name[:5].lower(), "identity": name}, token=None)

    def setUp(self) -> None:
        for method, path in (("DELETE", "/_faults"), ("POST", "/_reset"), ("DELETE", "/_requests")):
            self.simulator.ask(path, method, token=None)

    def patch(self, path: str, body: Any, token: str = "simulator-token", version: str = "7.1") -> Answer:
        return self.simulator.ask(f"{path}?api-version={version}", "PATCH", body, token=token)

    def retry(self, run: int, stage: str, body: Any = None) -> Answer:
        return self.patch(f"{BUILDS}/{run}/stages/{stage}", RETRY if body is None else body)

    def decide(self, token: str, approval: str, status: str = "approved", comment: str = "") -> Answer:
        update = [{"approvalId": approval, "status": status, "comment": comment}]
        return self.patch(APPROVALS, update, token, "7.2-preview.2")

    def build(self, run: int) -> Any:
        return self.simulator.get(f"{BUILDS}/{run}")

    def records(self, run: int, kind: str) -> dict[str, Any]:
        found = self.simulator.get(f"{BUILDS}/{run}/timeline")["records"]
        return {each["name"]: each for each in found if each["type"] == kind}

    def approval(self, run: int) -> Any:
        found = self.simulator.get(f"{APPROVALS}?$expand=steps", "7.2-preview.2")["value"]
        return next(each for each in found if each["pipeline"]["owner"]["id"] == run)

    def writes(self) -> int:
        asked = self.simulator.ask("/_requests", token=None).json()
        return sum(each["method"] == "PATCH" for each in asked)

    def assert_error(self, answer: Answer, status: int, key: str) -> None:
        self.assertEqual((status, key), (answer.status, answer.json()["typeKey"]), answer.body[:300])


class RetryTest(ControlTest):
    def test_failed_jobs_run_again_as_another_attempt(self) -> None:
        before = self.records(4741, "Stage")["Build"]
        answer = self.retry(4741, "Build")
        self.assertEqual((200, b""), (answer.status, answer.body))
        stages = self.records(4741, "Stage")
        told = {name: (each["state"], each["attempt"]) for name, each in stages.items()}
        waits = ("pending", 2)
        self.assertEqual(
            {
                "Build": ("inProgress", 2),
                "Integration tests": waits,
                "Deploy QA": waits,
                "Report": ("completed", 1),
            },
            told,
        )
        self.assertEqual([before["id"]], [each["recordId"] for each in stages["Build"]["previousAttempts"]])
        self.assertEqual(("inProgress", None), (self.build(4741)["status"], self.build(4741).get("result")))
        self.assert_error(self.retry(4741, "Build"), 400, "BuildStatusInvalidChangeException")

    def test_good_jobs_run_again_only_when_forced(self) -> None:
        for forced, good in ((False, "completed"), (True, "inProgress")):
            self.simulator.ask("/_reset", "POST", token=None)
            self.assertEqual(200, self.retry(4761, "build", RETRY | {"forceRetryAllJobs": forced}).status)
            jobs = self.records(4761, "Job")
            states = [jobs[name]["state"] for name in ("Installer arm64", "Installer x64")]
            self.assertEqual(["inProgress", good], states)

    def test_the_retried_run_ends_as_a_test_says(self) -> None:
        for becomes, stage, later in (("succeeded", "succeeded", "succeeded"), ("failed", "failed", "skipped")):
            self.simulator.ask("/_reset", "POST", token=None)
            self.retry(4711, "Build")
            self.simulator.ask("/_runs", "POST", {"id": 4711, "becomes": becomes, "reads": 1}, token=None)
            self.assertEqual(("completed", becomes), (self.build(4711)["status"], self.build(4711)["result"]))
            stages = self.records(4711, "Stage")
            self.assertEqual((stage, 2), (stages["Build"]["result"], stages["Build"]["attempt"]))
            self.assertEqual(later, stages["Publish"]["result"])
        self.assertEqual(200, self.retry(4711, "Build").status)
        self.assertEqual(3, self.records(4711, "Stage")["Build"]["attempt"])

    def test_refusals(self) -> None:
        invalid, missing = "BuildStatusInvalidChangeException", "StageNotFoundException"
        for run, stage, body, status, key in (
            (4711, "Nope", RETRY, 404, missing),
            (4702, "Build", RETRY, 400, invalid),
            (4711, "Publish", RETRY, 400, invalid),
            (4924, "Test", RETRY, 400, invalid),
            (4924, "Deploy", RETRY | {"forceRetryAllJobs": True}, 400, invalid),
            (4877, "Build", RETRY, 400, invalid),
            (4775, "Build", RETRY, 404, missing),
            (4771, "Build", RETRY, 404, "BuildNotFoundException"),
            (9001, "Build", RETRY, 404, "BuildNotFoundException"),
            (4711, "Build", {"state": "run"}, 400, "VssPropertyValidationException"),
            (4711, "Build", RETRY | {"more": 1}, 400, "VssPropertyValidationException"),
            (4711, "Build", RETRY | {"forceRetryAllJobs": "no"}, 400, "VssPropertyValidationException"),
            (4711, "Build", [], 400, "VssPropertyValidationException"),
        ):
            with self.subTest(run=run, stage=stage, body=body):
                self.assert_error(self.retry(run, stage, body), status, key)
        self.assertEqual(200, self.retry(4702, "Build", RETRY | {"forceRetryAllJobs": True}).status)


class CancelTest(ControlTest):
    def test_it_is_cancelling_and_then_canceled(self) -> None:
        for run in (4924, 4923, 4878, 4876):
            with self.subTest(run=run):
                answer = self.patch(f"{BUILDS}/{run}", CANCEL)
                self.assertEqual((200, "cancelling"), (answer.status, answer.json()["status"]))
                looks = [self.build(run) for _ in range(2)]
                self.assertEqual(["cancelling", "completed"], [each["status"] for each in looks])
                self.assertEqual("canceled", looks[1]["result"])

    def test_a_retried_run_is_cancelled_as_it_is(self) -> None:
        self.retry(4711, "Build")
        self.patch(f"{BUILDS}/4711", CANCEL)
        looks = [self.build(4711)["status"] for _ in range(2)]
        self.assertEqual(["cancelling", "completed"], looks)
        stages = self.records(4711, "Stage")
        self.assertEqual(("canceled", 2), (stages["Build"]["result"], stages["Build"]["attempt"]))

    def test_refusals(self) -> None:
        for run, body, status, key in (
            (4711, CANCEL, 400, "BuildStatusInvalidChangeException"),
            (4771, CANCEL, 404, "BuildNotFoundException"),
            (1, CANCEL, 404, "BuildNotFoundException"),
            (9001, CANCEL, 404, "BuildNotFoundException"),
            (4924, {"status": "completed"}, 400, "VssPropertyValidationException"),
            (4924, CANCEL | {"result": "failed"}, 400, "VssPropertyValidationException"),
            (4924, {}, 400, "VssPropertyValidationException"),
        ):
            with self.subTest(run=run, body=body):
                self.assert_error(self.patch(f"{BUILDS}/{run}", body), status, key)
        self.assertEqual("inProgress", self.build(4924)["status"])

    def test_permissions(self) -> None:
        self.simulator.ask(
            "/_identities", "POST", {"token": "no", "identity": "bot", "may_queue": False}, token=None
        )
        for path, body, word in (
            (f"{BUILDS}/4924", CANCEL, "Stop builds"),
            (f"{BUILDS}/4711/stages/Build", RETRY, "Queue builds"),
        ):
            answer = self.patch(path, body, "no")
            self.assert_error(answer, 403, "AccessDeniedException")
            self.assertIn(word, answer.json()["message"])


class DecideTest(ControlTest):
    def test_the_last_approver_lets_it_go_on(self) -> None:
        approval = self.approval(4921)
        answer = self.decide("sasha", approval["id"].upper(), comment="ok")
        self.assertEqual(200, answer.status, answer.body)
        (told,) = answer.json()["value"]
        self.assertEqual(("approved", approval["id"]), (told["status"], told["id"]))
        last = told["steps"][1]
        self.assertEqual(("approved", "ok"), (last["status"], last["comment"]))
        self.assertEqual("Sasha Example", last["actualApprover"]["displayName"])
        self.assertEqual("inProgress", self.records(4921, "Stage")["Deploy"]["state"])
        self.assertEqual("approved", self.approval(4921)["status"])
        self.simulator.ask("/_runs", "POST", {"id": 4921, "becomes": "succeeded", "reads": 1}, token=None)
        self.assertEqual("succeeded", self.build(4921)["result"])

    def test_each_in_turn(self) -> None:
        approval = self.approval(4951)["id"]
        self.assert_error(self.decide("sasha", approval), 403, "ApprovalUnauthorizedException")
        (told,) = self.decide("robin", approval).json()["value"]
        self.assertEqual("approved", told["status"])  # two of three are enough
        self.assertEqual(["approved", "approved", "skipped"], [each["status"] for each in told["steps"]])

    def test_a_rejection_ends_the_run(self) -> None:
        approval = self.approval(4878)["id"]
        (told,) = self.decide("robin", approval, "rejected").json()["value"]
        self.assertEqual(("rejected", "skipped"), (told["status"], told["steps"][1]["status"]))
        self.assertEqual(("completed", "failed"), (self.build(4878)["status"], self.build(4878)["result"]))
        self.assertEqual("failed", self.records(4878, "Stage")["Deploy"]["result"])
        self.assert_error(self.decide("sasha", approval), 400, "ApprovalUpdateException")

    def test_a_member_decides_for_the_group(self) -> None:
        approval = self.approval(4952)["id"]
        self.assert_error(self.decide("robin", approval), 403, "ApprovalUnauthorizedException")  # is blocked
        (told,) = self.decide("avery", approval).json()["value"]
        (step,) = told["steps"]
        self.assertEqual("Avery Example", step["actualApprover"]["displayName"])
        self.assertTrue(step["assignedApprover"]["isContainer"])

    def test_an_identity_may_be_called_a_person(self) -> None:
        approval = self.approval(4878)["id"]
        self.assert_error(self.decide("nobod", approval), 403, "ApprovalUnauthorizedException")
        person = {"identity": "nobody", "person": "Sasha Example"}
        self.assertEqual(200, self.simulator.ask("/_people", "POST", person, token=None).status)
        (told,) = self.decide("nobod", approval).json()["value"]
        self.assertEqual(["skipped", "approved"], [each["status"] for each in told["steps"]])
        self.assertEqual(400, self.simulator.ask("/_people", "POST", {"identity": "x"}, token=None).status)
        self.simulator.ask("/_people", "POST", person | {"person": "nobody"}, token=None)

    def test_refusals(self) -> None:
        approval = self.approval(4878)["id"]
        for token in ("nobod", "avery", "simulator-token"):
            self.assert_error(self.decide(token, approval), 403, "ApprovalUnauthorizedException")
        self.assert_error(self.decide("robin", "nope"), 404, "ApprovalNotFoundException")
        self.assert_error(self.decide("robin", approval, "deferred"), 400, "VssPropertyValidationException")
        self.assert_error(self.decide("robin", self.approval(4764)["id"]), 400, "ApprovalUpdateException")
        wrong: Any
        for wrong in ({}, [], [1]):
            answer = self.patch(APPROVALS, wrong, "robin", "7.2-preview.2")
            self.assert_error(answer, 400, "VssPropertyValidationException")
        self.assertEqual("pending", self.approval(4878)["status"])


class ChecksTest(ControlTest):
    def test_a_suite_says_what_its_checks_are_of(self) -> None:
        for run, kind, name in (
            (4878, "environment", "Production"),
            (4951, "environment", "ledger-prod"),
            (4921, "endpoint", "shop-subscription"),
        ):
            suites = [each["parentId"] for each in self.records(run, "Checkpoint.Approval").values()]
            suite = self.simulator.get(f"{PAYMENTS}/pipelines/checks/runs/{suites[0]}", "7.2-preview.1")
            found = {each["id"]: each["checkConfigurationRef"]["resource"] for each in suite["checkRuns"]}
            resource = found[self.approval(run)["id"]]
            self.assertEqual((kind, name), (resource["type"], resource["name"]))
        answer = self.simulator.ask(f"{PAYMENTS}/pipelines/checks/runs/nope?api-version=7.2-preview.1")
        self.assert_error(answer, 404, "CheckSuiteNotFoundException")


class FaultTest(ControlTest):
    def writes_of_each(self) -> list[tuple[str, Any, str]]:
        update = [{"approvalId": self.approval(4878)["id"], "status": "approved"}]
        return [
            (f"{BUILDS}/4711/stages/Build?api-version=7.1", RETRY, "simulator-token"),
            (f"{BUILDS}/4924?api-version=7.1", CANCEL, "simulator-token"),
            (f"{APPROVALS}?api-version=7.2-preview.2", update, "robin"),
        ]

    def states(self) -> list[str]:
        return [self.build(4711)["status"], self.build(4924)["status"], self.approval(4878)["status"]]

    def test_a_lost_answer_was_carried_out_once(self) -> None:
        for path, body, token in self.writes_of_each():
            self.simulator.fault(kind="lost_answer", method="PATCH")
            with self.assertRaises(BROKEN):
                self.simulator.ask(path, "PATCH", body, token=token)
        self.assertEqual(["inProgress", "cancelling", "approved"], self.states())
        self.assertEqual(3, self.writes())

    def test_what_fails_early_is_not_carried_out(self) -> None:
        for fault in ({"kind": "status", "status": 503}, {"kind": "status", "status": 429}, {"kind": "html"}):
            for path, body, token in self.writes_of_each():
                self.simulator.fault(method="PATCH", **fault)
                self.assertNotEqual(200, self.simulator.ask(path, "PATCH", body, token=token).status)
        self.assertEqual(["completed", "inProgress", "pending"], self.states())
        self.assertEqual(9, self.writes())


if __name__ == "__main__":
    unittest.main(verbosity=2)
