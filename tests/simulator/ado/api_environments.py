"""Environments and their deployment records: environments/7.2/environments.json."""

from __future__ import annotations

from typing import Any

from . import views
from .catalog import AVERY
from .environments import ENVIRONMENTS, Deployment, Environment, deployments
from .errors import ApiError
from .ids import ORGANIZATION, guid
from .paging import page
from .routing import Call, Response, Route, answer, answer_list

MOST = 1000


def _environment_json(call: Call, each: Environment) -> dict[str, Any]:
    author = views.person(call.world, AVERY)
    return {
        "id": each.id,
        "name": each.name,
        "description": each.description,
        "createdBy": author,
        "createdOn": "2026-02-02T10:00:00.0000000Z",
        "lastModifiedBy": author,
        "lastModifiedOn": "2026-02-02T10:00:00.0000000Z",
        "resources": [],
        "project": {"id": call.project.id, "name": call.project.name},
    }


def list_environments(call: Call) -> Response:
    """By name; `name` is the whole of one."""
    name = call.params.get("name", "").lower()
    found = [each for each in ENVIRONMENTS[call.project.id] if name in ("", each.name.lower())]
    found.sort(key=lambda each: each.name.lower())
    top = min(call.integer("$top", MOST, 1), MOST)
    chosen, token = page(found, call.params.get("continuationtoken"), top, lambda each: str(each.id))
    return answer_list([_environment_json(call, each) for each in chosen], token)


def _environment(call: Call) -> Environment:
    number = call.number("environment")
    for each in ENVIRONMENTS[call.project.id]:
        if each.id == number:
            return each
    name = "Microsoft.Azure.Pipelines.Environments.EnvironmentNotFoundException, Microsoft.Azure.Pipelines.Environments"
    message = f"Environment with ID {call.args['environment']} does not exist or you do not have access to it."
    raise ApiError(404, message, name)


def get_environment(call: Call) -> Response:
    return answer(_environment_json(call, _environment(call)))


def _owner(call: Call, kind: str, number: int, name: str, web: str) -> dict[str, Any]:
    base = f"{call.world.base}/{ORGANIZATION}/{call.project.id}"
    links = {"web": {"href": f"{base}/_build/{web}"}, "self": {"href": f"{base}/_apis/build/{kind}/{number}"}}
    return {"_links": links, "id": number, "name": name}


def _record_json(call: Call, each: Deployment) -> dict[str, Any]:
    build = each.build
    pipeline = build.definition
    record = {
        "id": each.id,
        "requestIdentifier": guid("environment request", each.id),
        "environmentId": each.environment,
        "serviceOwner": guid("service", "build"),
        "scopeId": call.project.id,
        "planType": "Build",
        "planId": guid("plan", build.id),
        "stageName": each.stage.replace(" ", "_"),
        "jobName": each.job["name"].replace(" ", "_"),
        "stageAttempt": each.stage_attempt,
        "jobAttempt": 1,
        "definition": _owner(
            call, "Definitions", pipeline.id, pipeline.name, f"definition?definitionId={pipeline.id}"
        ),
        "owner": _owner(call, "Builds", build.id, build.number, f"results?buildId={build.id}"),
        "queueTime": each.job["startTime"],
        "startTime": each.job["startTime"],
    }
    if each.job["state"] == "completed":
        record["result"] = each.job["result"]
        record["finishTime"] = each.job["finishTime"]
    return record


def list_records(call: Call) -> Response:
    """Newest first."""
    environment = _environment(call)
    found = [each for each in deployments(call.world, call.project) if each.environment == environment.id]
    found.reverse()
    top = min(call.integer("top", MOST, 1), MOST)
    chosen, token = page(found, call.params.get("continuationtoken"), top, lambda each: str(each.id))
    return answer_list([_record_json(call, each) for each in chosen], token)


ONE = "pipelines/environments/{environment}"
ROUTES = [
    Route("GET", "dev", "pipelines/environments", list_environments, preview=True),
    Route("GET", "dev", ONE, get_environment, preview=True),
    Route("GET", "dev", f"{ONE}/environmentdeploymentrecords", list_records, preview=True),
]
