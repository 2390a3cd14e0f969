"""What a stage's checks are of: approvalsAndChecks/7.2/pipelinesChecks.json, Check Evaluations_Get. A suite has the id of the timeline's
Checkpoint, and each of its runs that of the check below it."""

from __future__ import annotations

from typing import Any

from .environments import ENVIRONMENTS, STAGES
from .errors import ApiError
from .ids import ORGANIZATION, guid
from .model import Build
from .routing import Call, Response, Route, answer
from .timeline import Record

# Where a stage deploys to no environment, what it uses is protected.
CONNECTION = {"type": "endpoint", "id": guid("endpoint", "shop"), "name": "shop-subscription"}
ENDED = {"succeeded": "approved", "failed": "rejected", "skipped": "timedOut", "canceled": "canceled"}


def _resource(call: Call, build: Build, stage: str) -> dict[str, str]:
    number = STAGES.get(build.definition.id, {}).get(stage)
    for each in ENVIRONMENTS[call.project.id]:
        if each.id == number:
            return {"type": "environment", "id": str(each.id), "name": each.name}
    return CONNECTION


def _status(record: Record) -> str:
    return ENDED[record["result"]] if record["state"] == "completed" else "running"


def _run(call: Call, build: Build, stage: str, record: Record) -> dict[str, Any]:
    kind = record["type"].rpartition(".")[2]
    shown = {
        "id": record["id"],
        "status": _status(record),
        "createdDate": record["startTime"],
        "checkConfigurationRef": {
            "id": 15,
            "type": {"id": guid("check", kind), "name": kind},
            "resource": _resource(call, build, stage),
        },
    }
    return shown | ({"completedDate": record["finishTime"]} if record["finishTime"] else {})


def get_suite(call: Call) -> Response:
    wanted = call.args["suite"].lower()
    for build in list(call.project.builds.values()):
        if not build.definition.name.startswith("deploy") or build.deletion is not None:
            continue
        for timeline in call.world.plan(call.project, build).timelines[-1:]:
            records = {each["id"]: each for each in timeline.records}
            if wanted not in records or records[wanted]["type"] != "Checkpoint":
                continue
            stage = records[records[wanted]["parentId"]]["name"]
            runs = [_run(call, build, stage, each) for each in timeline.records if each["parentId"] == wanted]
            link = f"{call.world.base}/{ORGANIZATION}/{call.project.id}/_apis/pipelines/checks/runs/{wanted}"
            status = {"id": wanted, "status": _status(records[wanted]), "message": ""}
            return answer(status | {"checkRuns": runs, "_links": {"self": {"href": link}}})
    area = "Microsoft.Azure.Pipelines.Checks.WebApi"
    message = f"Check suite with ID {call.args['suite']} does not exist."
    raise ApiError(404, message, f"{area}.CheckSuiteNotFoundException, {area}")


ROUTES = [Route("GET", "dev", "pipelines/checks/runs/{suite}", get_suite, preview=True)]
