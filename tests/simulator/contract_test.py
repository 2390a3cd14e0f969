"""Holds the simulator's answers against the official swagger files, where those lie beside the checkout."""

from __future__ import annotations

import os
import unittest
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from ado.ids import commit_id
from harness import HERE, Simulator
from swagger import EXCEPTIONS, Swagger

SHARED = Path(os.environ.get("ADOMCP_SHARED") or HERE.parent.parent.parent / "shared")
SPECS = SHARED / "data" / "azure-devops-specs"
PROJECT = "/{organization}/{project}/_apis"
# Where a file isn't <name>/7.1.
CHECKS = "approvalsAndChecks/7.2"
PLACES = {"pipelinesapproval": CHECKS, "pipelinesChecks": CHECKS, "environments": "environments/7.2"}
HOSTS = {"release": "/vsrm", "testResults": "/vstmr"}
MAIN = commit_id("web", "main", "head")
RUN = {"resources": {"repositories": {"self": {"refName": "refs/heads/main"}}}, "templateParameters": {"a": "b"}}
PINNED = {"resources": {"repositories": {"self": {"refName": "refs/heads/main", "version": MAIN}}}}
SET = {"variables": {"LOG_LEVEL": {"value": "debug"}, "KEY": {"value": "x", "isSecret": True}}}
ENVIRONMENT = "/pipelines/environments/{environmentId}"
LEDGER = "pipelines/environments/3/environmentdeploymentrecords"
APPROVALS = "/pipelines/approvals"
# swagger file, operation below PROJECT, what is asked below /contoso/Payments/_apis, api-version, body of a POST
CASES: tuple[tuple[str, str, str, str, Any], ...] = (
    ("build", "/build/definitions", "build/definitions", "7.1", None),
    ("build", "/build/definitions/{definitionId}", "build/definitions/12", "7.1", None),
    ("build", "/build/definitions/{definitionId}", "build/definitions/64", "7.1", None),
    ("build", "/build/builds", "build/builds?$top=500", "7.1", None),
    ("build", "/build/builds", "build/builds?deletedFilter=onlyDeleted", "7.1", None),
    ("build", "/build/builds/{buildId}", "build/builds/4711", "7.1", None),
    ("build", "/build/builds/{buildId}", "build/builds/4771", "7.1", None),
    ("build", "/build/builds/{buildId}", "build/builds/4776", "7.1", None),
    ("build", "/build/builds/{buildId}", "build/builds/4781", "7.1", None),
    ("build", "/build/builds/{buildId}", "build/builds/4785", "7.1", None),
    ("build", "/build/builds/{buildId}/logs", "build/builds/4800/logs", "7.1", None),
    ("build", "/build/builds/{buildId}/changes", "build/builds/4711/changes", "7.1", None),
    ("build", "/build/changes", "build/changes?fromBuildId=4702&toBuildId=4711", "7.1", None),
    ("build", "/build/builds/{buildId}/artifacts", "build/builds/4702/artifacts", "7.1", None),
    ("build", "/build/definitions", "build/definitions?includeLatestBuilds=true", "7.1", None),
    ("build", "/build/builds/{buildId}/artifacts", "build/builds/4524/artifacts", "7.1", None),
    ("build", "/build/builds/{buildId}/logs", "build/builds/4524/logs", "7.1", None),
    ("testResults", "/testresults/resultsbybuild", "testresults/resultsbybuild?buildId=4524", "7.1-preview.1", None),
    ("testResults", "/testresults/runs/{runId}/results", "testresults/runs/34524/results", "7.1-preview.2", None),
    ("test", "/test/runs/{runId}", "test/runs/34524", "7.1", None),
    ("pipelines", "/pipelines", "pipelines", "7.1", None),
    ("pipelines", "/pipelines/{pipelineId}", "pipelines/20", "7.1", None),
    ("pipelines", "/pipelines/{pipelineId}/runs", "pipelines/20/runs", "7.1", None),
    ("pipelines", "/pipelines/{pipelineId}/runs/{runId}", "pipelines/12/runs/4711", "7.1", None),
    ("pipelines", "/pipelines/{pipelineId}/runs", "pipelines/20/runs", "7.1", RUN | SET),
    ("pipelines", "/pipelines/{pipelineId}/runs", "pipelines/20/runs", "7.1", RUN | {"previewRun": True}),
    ("pipelines", "/pipelines/{pipelineId}/runs", "pipelines/20/runs", "7.1", PINNED),
    ("pipelines", "/pipelines/{pipelineId}/preview", "pipelines/20/preview", "7.1", RUN | SET),
    ("pipelines", "/pipelines/{pipelineId}/preview", "pipelines/20/preview", "7.1", PINNED),
    ("pipelines", "/pipelines/{pipelineId}/runs/{runId}", "pipelines/81/runs/4933", "7.1", None),
    ("build", "/build/builds/{buildId}", "build/builds/4922", "7.1", None),
    ("pipelinesapproval", "/pipelines/approvals", "pipelines/approvals?$expand=steps", "7.2-preview.2", None),
    ("release", "/release/deployments", "release/deployments?$top=100", "7.1", None),
    ("release", "/release/releases", "release/releases?$expand=environments", "7.1", None),
    ("release", "/release/definitions", "release/definitions?$expand=environments", "7.1", None),
    ("release", "/release/definitions/{definitionId}", "release/definitions/2", "7.1", None),
    ("release", "/release/approvals", "release/approvals", "7.1", None),
    ("testResults", "/testresults/resultsbybuild", "testresults/resultsbybuild?buildId=4724", "7.1-preview.1", None),
    ("testResults", "/testresults/runs/{runId}/results", "testresults/runs/34724/results", "7.1-preview.2", None),
    ("test", "/test/runs", "test/runs", "7.1", None),
    ("test", "/test/runs/{runId}", "test/runs/34725", "7.1", None),
    ("test", "/test/Runs/{runId}/results", "test/Runs/34725/results", "7.1", None),
    ("environments", "/pipelines/environments", "pipelines/environments", "7.2-preview.1", None),
    ("environments", ENVIRONMENT, "pipelines/environments/3", "7.2-preview.1", None),
    ("environments", f"{ENVIRONMENT}/environmentdeploymentrecords", f"{LEDGER}?top=5", "7.2-preview.1", None),
    ("pipelinesapproval", APPROVALS, "pipelines/approvals", "7.2-preview.2", None),
    ("pipelinesapproval", APPROVALS, "pipelines/approvals?state=pending&$expand=steps", "7.2-preview.2", None),
    ("pipelinesapproval", APPROVALS, "pipelines/approvals?$expand=permissions", "7.2-preview.2", None),
)


@cache
def swagger(name: str) -> Swagger:
    return Swagger(SPECS / PLACES.get(name, f"{name}/7.1") / f"{name}.json")


def asked(area: str, path: str) -> str:
    return f"{HOSTS.get(area, '')}/contoso/Payments/_apis/{path}"


class ContractTest(unittest.TestCase):
    simulator: ClassVar[Simulator]

    @classmethod
    def setUpClass(cls) -> None:
        cls.simulator = cls.enterClassContext(Simulator())

    def assert_fits(self, problems: list[str]) -> None:
        self.assertEqual([], problems[:20])

    def test_answers_fit_the_swagger(self) -> None:
        for area, operation, path, version, body in CASES:
            with self.subTest(path=path, body=body):
                method = "GET" if body is None else "POST"
                separator = "&" if "?" in path else "?"
                answer = self.simulator.ask(f"{asked(area, path)}{separator}api-version={version}", method, body)
                self.assertEqual(200, answer.status, answer.body[:300])
                schema = swagger(area).response_schema(method, PROJECT + operation)
                self.assert_fits(swagger(area).check_answer(answer.json(), schema))
                self.assertTrue(answer.json().get("value", True), "an empty list shows nothing")

    def test_checks_of_stages_fit(self) -> None:
        schema = swagger("pipelinesChecks").response_schema("GET", f"{PROJECT}/pipelines/checks/runs/{{checkSuiteId}}")
        timeline = self.simulator.get(asked("build", "build/builds/4951/timeline?api-version=7.1"))
        approval = next(each for each in timeline["records"] if each["type"] == "Checkpoint.Approval")
        path = asked("pipelinesChecks", f"pipelines/checks/runs/{approval['parentId']}")
        suite = self.simulator.ask(f"{path}?$expand=resources&api-version=7.2-preview.1").json()
        self.assert_fits(swagger("pipelinesChecks").check_answer(suite, schema))
        guarded = [each["checkConfigurationRef"]["resource"] for each in suite["checkRuns"]]
        self.assertIn({"type": "environment", "id": "3", "name": "ledger-prod"}, guarded)

    def test_bodies_of_starts_fit(self) -> None:
        definition = {"$ref": "#/definitions/RunPipelineParameters"}
        for body in (RUN | SET, PINNED, RUN | {"previewRun": True}):
            self.assert_fits(swagger("pipelines").check(body, definition, "$"))

    def test_writes_to_runs_fit(self) -> None:
        """Bodies and answers of PATCH; that of a stage has no schema, so it has no body."""
        self.simulator.ask("/_identities", "POST", {"token": "sasha", "identity": "Sasha Example"}, token=None)
        builds, stages = f"{PROJECT}/build/builds/{{buildId}}", "build/builds/4742/stages/Test"
        retry = {"state": "retry", "forceRetryAllJobs": True}
        self.assert_fits(swagger("build").check(retry, {"$ref": "#/definitions/UpdateStageParameters"}, "$"))
        self.assertTrue(swagger("build").has_no_answer("PATCH", f"{builds}/stages/{{stageRefName}}"))
        answer = self.simulator.ask(f"{asked('build', stages)}?api-version=7.1", "PATCH", retry)
        self.assertEqual((200, b""), (answer.status, answer.body))

        cancel = {"status": "cancelling"}
        self.assert_fits(swagger("build").check(cancel, {"$ref": "#/definitions/Build"}, "$"))
        answer = self.simulator.ask(f"{asked('build', 'build/builds/4742')}?api-version=7.1", "PATCH", cancel)
        self.assert_fits(swagger("build").check_answer(answer.json(), swagger("build").response_schema("PATCH", builds)))

        waiting = self.simulator.get(asked("", "pipelines/approvals?state=pending"), "7.2-preview.2")["value"]
        approval = next(each["id"] for each in waiting if each["pipeline"]["owner"]["id"] == 4921)
        decision = [{"approvalId": approval, "status": "approved", "comment": "Go"}]
        area = swagger("pipelinesapproval")
        self.assert_fits(area.check(decision, {"type": "array", "items": {"$ref": "#/definitions/ApprovalUpdateParameters"}}, "$"))
        path = f"{asked('', 'pipelines/approvals')}?api-version=7.2-preview.2"
        answer = self.simulator.ask(path, "PATCH", decision, token="sasha")
        self.assert_fits(area.check_answer(answer.json(), area.response_schema("PATCH", PROJECT + APPROVALS)))
        one = self.simulator.get(asked("", f"pipelines/approvals/{approval}?$expand=steps"), "7.2-preview.2")
        self.assert_fits(area.check(one, area.response_schema("GET", f"{PROJECT}{APPROVALS}/{{approvalId}}"), "$"))
        suite = next(each["id"] for each in self.records(4921) if each["type"] == "Checkpoint")
        checks = self.simulator.get(asked("", f"pipelines/checks/runs/{suite}"), "7.2-preview.1")
        schema = swagger("pipelinesChecks").response_schema("GET", f"{PROJECT}/pipelines/checks/runs/{{checkSuiteId}}")
        self.assert_fits(swagger("pipelinesChecks").check(checks, schema, "$"))
        for run in (4742, 4921):
            timeline = self.simulator.get(asked("build", f"build/builds/{run}/timeline"))
            self.assert_fits(swagger("build").check(timeline, {"$ref": "#/definitions/Timeline"}, "$"))

    def records(self, run: int) -> list[dict[str, Any]]:
        return self.simulator.get(asked("build", f"build/builds/{run}/timeline"))["records"]  # type: ignore[no-any-return]

    def test_every_timeline_fits(self) -> None:
        schema = swagger("build").response_schema("GET", f"{PROJECT}/build/builds/{{buildId}}/timeline/{{timelineId}}")
        builds = self.simulator.get(asked("build", "build/builds?$top=1000"))["value"]
        self.assertGreater(len(builds), 100)
        for build in builds:
            with self.subTest(build=build["id"]):
                answer = self.simulator.ask(asked("build", f"build/builds/{build['id']}/timeline?api-version=7.1"))
                if answer.status == 204:
                    self.assertTrue(build["status"] == "postponed" or build["validationResults"])
                    continue
                if answer.status == 404:
                    self.assertEqual("TimelineNotFoundException", answer.json()["typeKey"])
                    continue
                self.assert_fits(swagger("build").check_answer(answer.json(), schema))

    def test_every_release_fits(self) -> None:
        definition = {"$ref": "#/definitions/Release"}
        for release in self.simulator.get(asked("release", "release/releases"))["value"]:
            value = self.simulator.get(asked("release", f"release/releases/{release['id']}"))
            self.assert_fits(swagger("release").check(value, definition, "$"))

    def test_projects_fit_what_builds_say_of_them(self) -> None:
        """There is no swagger of the core area at hand; builds carry the same reference."""
        definition = {"type": "array", "items": {"$ref": "#/definitions/TeamProjectReference"}}
        value = self.simulator.get("/contoso/_apis/projects")
        self.assert_fits(swagger("build").check_answer(value, definition))

    def test_checker_finds_mistakes(self) -> None:
        good = self.simulator.get(asked("build", "build/builds/4711"))
        definition = {"$ref": "#/definitions/Build"}
        for change in (
            {"status": "exploded"},
            {"id": "4711"},
            {"queueTime": "yesterday"},
            {"colour": "red"},
            {"tags": "none"},
        ):
            with self.subTest(change=change):
                self.assertEqual(1, len(swagger("build").check(good | change, definition, "$")))
        self.assertEqual(1, len(swagger("build").check_answer([good], {"type": "array", "items": definition})))

    @classmethod
    def tearDownClass(cls) -> None:
        used = set().union(*(swagger(area).used_exceptions for area, *_ in CASES))
        unused = set(EXCEPTIONS) - used
        if unused:
            raise AssertionError(f"exceptions that nothing needs any more: {sorted(unused)}")


if __name__ == "__main__":
    if SPECS.is_dir():
        unittest.main(verbosity=2)
    else:
        print(f"contract_test: skipped, no official swagger files in {SPECS}")
