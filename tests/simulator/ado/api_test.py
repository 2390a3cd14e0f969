"""Test runs and results: test/7.1/test.json on dev, testResults/7.1/testResults.json on vstmr."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import quote

from . import errors, views
from .ids import ORGANIZATION, iso
from .model import Build, TestResult
from .routing import Call, Response, Route, answer, answer_list

RUN_BASE = 30_000  # a build's test run is RUN_BASE + build id
RESULT_BASE = 100_000


def _wanted(call: Call, build: Build) -> list[tuple[int, TestResult]]:
    """The build's results by id, narrowed by `outcomes`."""
    outcomes = call.words("outcomes")
    numbered = enumerate(build.tests, RESULT_BASE)
    return [(n, each) for n, each in numbered if not outcomes or each.outcome.lower() in outcomes]


def results_by_build(call: Call) -> Response:
    """The shallow list: names and outcomes, no messages."""
    build = call.world.build(call.project, call.params.get("buildid", ""))
    start = call.integer("continuationtoken", RESULT_BASE)
    found = [(n, each) for n, each in _wanted(call, build) if n >= start]
    top = call.integer("$top", 10_000, 1)
    token = str(found[top][0]) if len(found) > top else None
    return answer_list([_shallow(build, n, each) for n, each in found[:top]], token)


def _shallow(build: Build, number: int, each: TestResult) -> dict[str, Any]:
    return {
        "id": number,
        "runId": RUN_BASE + build.id,
        "refId": number - RESULT_BASE + 1,
        "automatedTestName": each.name,
        "automatedTestStorage": each.storage,
        "owner": "",
        "testCaseTitle": each.name.rpartition(".")[2],
        "outcome": each.outcome,
        "priority": 255,
        "durationInMs": each.milliseconds,
        "isReRun": False,
        "tags": [],
    }


def _build_of_run(call: Call) -> Build:
    number = call.args["run"]
    build = call.project.builds.get(int(number) - RUN_BASE) if number.isdigit() else None
    if build is None or not build.tests:
        area = "Microsoft.TeamFoundation.TestManagement.WebApi"
        name = f"{area}.TestObjectNotFoundException, {area}"
        raise errors.ApiError(
            404, f"Test run {number} does not exist or you do not have permission to access it.", name
        )
    return build


def run_results(call: Call) -> Response:
    build = _build_of_run(call)
    found = _wanted(call, build)
    skip = call.integer("$skip", 0)
    return answer_list([_full(call, build, n, each) for n, each in found[skip : skip + call.integer("$top", 1000, 1)]])


def _full(call: Call, build: Build, number: int, each: TestResult) -> dict[str, Any]:
    run = RUN_BASE + build.id
    started = build.start_time or build.queue_time
    runner = views.person(call.world, build.requested_for)
    base = f"{call.world.base}/{ORGANIZATION}/{quote(call.project.name)}/_apis"
    result: dict[str, Any] = {
        "id": number,
        "project": {
            "id": call.project.id,
            "name": call.project.name,
            "url": f"{call.world.base}/{ORGANIZATION}/_apis/projects/{call.project.id}",
        },
        "startedDate": iso(started),
        "completedDate": iso(started + timedelta(milliseconds=each.milliseconds)),
        "durationInMs": each.milliseconds,
        "outcome": each.outcome,
        "revision": 1,
        "runBy": runner,
        "state": "Completed",
        "testCase": {"name": each.name.rpartition(".")[2]},
        "testRun": {"id": str(run), "name": "Unit tests", "url": f"{base}/test/Runs/{run}"},
        "lastUpdatedDate": iso(build.finish_time or started),
        "lastUpdatedBy": runner,
        "priority": 255,
        "build": {"id": str(build.id), "name": build.number, "url": call.world.build_url(call.project, build)},
        "createdDate": iso(started),
        "url": f"{base}/test/Runs/{run}/Results/{number}",
        "failureType": "None",
        "automatedTestStorage": each.storage,
        "automatedTestType": "JUnit",
        "testCaseTitle": each.name.rpartition(".")[2],
        "customFields": [],
        "testCaseReferenceId": number - RESULT_BASE + 1,
        "automatedTestName": each.name,
    }
    if each.message:
        result |= {"errorMessage": each.message, "stackTrace": each.stack}
    return result


def _run(call: Call, build: Build) -> dict[str, Any]:
    run = RUN_BASE + build.id
    passed = sum(each.outcome == "Passed" for each in build.tests)
    base = f"{call.world.base}/{ORGANIZATION}/{quote(call.project.name)}"
    return {
        "id": run,
        "name": "Unit tests",
        "url": f"{base}/_apis/test/Runs/{run}",
        "isAutomated": True,
        "state": "Completed",
        "totalTests": len(build.tests),
        "incompleteTests": 0,
        "notApplicableTests": 0,
        "passedTests": passed,
        "unanalyzedTests": len(build.tests) - passed,
        "revision": 3,
        "webAccessUrl": f"{base}/_TestManagement/Runs?runId={run}&_a=runCharts",
        "build": {"id": str(build.id)},
        "pipelineReference": _pipeline_reference(build),
    }


def _pipeline_reference(build: Build) -> dict[str, Any]:
    """Where in the build its tests ran."""
    attempt = max(1, len(build.attempts))
    return {
        "pipelineId": build.id,
        "stageReference": {"stageName": "Test", "attempt": attempt},
        "phaseReference": {"phaseName": "Tests", "attempt": attempt},
        "jobReference": {"jobName": "JUnit", "attempt": attempt},
    }


def list_runs(call: Call) -> Response:
    uri = call.params.get("builduri", "")
    found = [
        each for each in call.project.builds.values() if each.tests and uri in ("", f"vstfs:///Build/Build/{each.id}")
    ]
    skip = call.integer("$skip", 0)
    return answer_list([_run(call, each) for each in found[skip : skip + call.integer("$top", 100, 1)]])


def get_run(call: Call) -> Response:
    return answer(_run(call, _build_of_run(call)))


ROUTES = [
    Route("GET", "vstmr", "testresults/resultsbybuild", results_by_build, preview=True),
    Route("GET", "vstmr", "testresults/runs/{run}/results", run_results, preview=True),
    Route("GET", "dev", "test/runs", list_runs),
    Route("GET", "dev", "test/runs/{run}", get_run),
    Route("GET", "dev", "test/runs/{run}/results", run_results),
]
