"""Evaluations of the checks that guard a stage: approvalsAndChecks/7.2/pipelinesChecks.json. A suite's id is that of the
stage's Checkpoint in the timeline, a check's that of its own record there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .environments import ENVIRONMENTS, STAGES
from .errors import ApiError
from .ids import ORGANIZATION, guid
from .model import Build
from .routing import Call, Response, Route, answer
from .timeline import Record

STATUS = {"succeeded": "approved", "failed": "rejected", "skipped": "timedOut", "canceled": "canceled"}


def _status(record: Record) -> str:
    return STATUS[record["result"]] if record["state"] == "completed" else "running"


def _suites(call: Call) -> Iterator[tuple[Build, str, Record, list[Record]]]:
    """Of runs that deploy: the run, the stage's name, the Checkpoint and its checks."""
    for build in list(call.project.builds.values()):
        if build.definition.id not in STAGES or build.deletion is not None:
            continue
        for timeline in call.world.plan(call.project, build).timelines:
            records = {each["id"]: each for each in timeline.records}
            for record in timeline.records:
                if record["type"] == "Checkpoint":
                    checks = [each for each in timeline.records if each["parentId"] == record["id"]]
                    yield build, records[record["parentId"]]["name"], record, checks


def _check_json(call: Call, build: Build, stage: str, record: Record) -> dict[str, Any]:
    kind = record["type"].removeprefix("Checkpoint.")
    environment = STAGES[build.definition.id].get(stage, 0)
    names = {each.id: each.name for each in ENVIRONMENTS[call.project.id]}
    resource = {"type": "environment", "id": str(environment), "name": names.get(environment, "")}
    if kind == "Authorization":
        resource = {"type": "queue", "id": "18"}
    number = 100 + environment
    base = f"{call.world.base}/{ORGANIZATION}/{call.project.id}/_apis/pipelines/checks"
    shown = {
        "id": record["id"],
        "createdDate": record["startTime"] or build.queue_time.isoformat(),
        "checkConfigurationRef": {
            "id": number,
            "type": {"id": guid("check type", kind), "name": kind},
            "url": f"{base}/configurations/{number}",
            "resource": resource,
        },
        "status": _status(record),
    }
    if record["finishTime"]:
        shown["completedDate"] = record["finishTime"]
    return shown


def get_suite(call: Call) -> Response:
    for build, stage, record, checks in _suites(call):
        if record["id"] == call.args["suite"].lower():
            shown = [_check_json(call, build, stage, each) for each in checks]
            return answer({"id": record["id"], "status": _status(record), "message": "", "checkRuns": shown})
    area = "Microsoft.Azure.Pipelines.Checks.WebApi"
    name = f"{area}.CheckSuiteRequestNotFoundException, {area}"
    raise ApiError(404, f"Check suite {call.args['suite']} does not exist.", name)


ROUTES = [Route("GET", "dev", "pipelines/checks/runs/{suite}", get_suite, preview=True)]
