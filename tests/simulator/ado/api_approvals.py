"""Approvals of YAML pipelines (approvalsAndChecks/7.2/pipelinesapproval.json), and the project's queues."""

from __future__ import annotations

from typing import Any

from . import errors, views
from .catalog import ROBIN, SASHA
from .ids import ORGANIZATION, guid
from .model import ApprovalStep, Build
from .routing import Call, Response, Route, answer, answer_list

APPROVAL = "Checkpoint.Approval"
STATUSES = {None: "pending", "succeeded": "approved", "failed": "rejected", "skipped": "timedOut"}
DEFAULT = (ApprovalStep(ROBIN), ApprovalStep(SASHA))
QUEUES = ((18, "Azure Pipelines", 9, True), (21, "shop-pool", 14, False))


def _approval(call: Call, build: Build, record: dict[str, Any]) -> dict[str, Any]:
    status = STATUSES[record["result"]]
    url = f"{call.world.base}/{ORGANIZATION}/{call.project.id}/_apis/pipelines/approvals/{record['id']}"
    web = f"{call.world.base}/{ORGANIZATION}/{call.project.id}/_build/results?buildId={build.id}"
    owner = {"id": build.id, "name": build.number, "_links": {"web": {"href": web}}}
    made = {
        "id": record["id"],
        "steps": _steps(call, build, status, record),
        "status": status,
        "createdOn": record["startTime"],
        "lastModifiedOn": record["finishTime"] or record["startTime"],
        "executionOrder": "anyOrder",
        "minRequiredApprovers": len(build.approvers) or 1,
        "blockedApprovers": [],
        "instructions": "Look at the dashboard first." if build.approvers else "",
        "_links": {"self": {"href": url}},
    }
    definition = build.definition
    made["pipeline"] = {"id": str(definition.id), "name": definition.name, "owner": owner}
    return made


def _steps(call: Call, build: Build, status: str, record: dict[str, Any]) -> list[dict[str, Any]]:
    """Whoever may decide; the first of them did, where it is decided."""
    out = []
    for order, each in enumerate(build.approvers or DEFAULT, 1):
        decided = each.status if build.approvers else status if order == 1 else "pending"
        who = each.actual or (each.assigned if decided in ("approved", "rejected") else None)
        step = {
            "assignedApprover": views.person(call.world, each.assigned),
            "status": decided,
            "comment": each.comment,
            "initiatedOn": record["startTime"],
            "lastModifiedOn": record["finishTime"] or record["startTime"],
            "order": order,
            "history": [],
        }
        if who is not None:
            step["actualApprover"] = views.person(call.world, who)
        out.append(step)
    return out


def _all(call: Call) -> list[dict[str, Any]]:
    found = []
    for build in call.project.builds.values():
        if not build.definition.name.startswith("deploy") or build.deletion is not None:
            continue
        timelines = call.world.plan(call.project, build).timelines
        records = timelines[-1].records if timelines else []
        found += [_approval(call, build, each) for each in records if each["type"] == APPROVAL and each["startTime"]]
    return found


def list_approvals(call: Call) -> Response:
    expand = call.params.get("$expand", "none").lower()
    if expand not in ("none", "steps", "permissions"):
        raise errors.bad_argument(f"Value '{expand}' is not accepted for parameter '$expand'.")
    ids, assigned = call.words("approvalids"), call.words("assignedto")
    state = call.params.get("state", "all").lower()
    found = _all(call)
    if ids:
        found = [each for each in found if each["id"] in ids]
    if state != "all":
        found = [each for each in found if each["status"].lower() == state]
    if assigned:
        found = [each for each in found if _assigned(each) & assigned]
    found.sort(key=lambda each: str(each["createdOn"]), reverse=True)
    return answer_list([_expanded(call, each) for each in found[: call.integer("top", 100, 1)]])


def _expanded(call: Call, approval: dict[str, Any]) -> dict[str, Any]:
    return approval if call.params.get("$expand", "").lower() == "steps" else approval | {"steps": []}


def _assigned(approval: dict[str, Any]) -> set[str]:
    people = [each["assignedApprover"] for each in approval["steps"]]
    return {str(each[key]).lower() for each in people for key in ("id", "displayName", "uniqueName")}


def get_approval(call: Call) -> Response:
    found = [each for each in _all(call) if each["id"] == call.args["approval"].lower()]
    if not found:
        message = f"The approval with ID {call.args['approval']} could not be found."
        raise errors.build2(404, "ApprovalNotFoundException", message)
    return answer(_expanded(call, found[0]))


def list_queues(call: Call) -> Response:
    """From memory: there is no swagger of this area at hand."""
    ids = call.words("queueids")
    found = [
        {
            "id": number,
            "projectId": call.project.id,
            "name": name,
            "pool": {
                "id": pool,
                "scope": guid("scope", "pool"),
                "name": name,
                "isHosted": hosted,
                "poolType": "automation",
                "size": 1,
                "isLegacy": False,
            },
        }
        for number, name, pool, hosted in QUEUES
        if not ids or str(number) in ids
    ]
    return answer_list(found)


ROUTES = [
    Route("GET", "dev", "pipelines/approvals", list_approvals, preview=True),
    Route("GET", "dev", "pipelines/approvals/{approval}", get_approval, preview=True),
    Route("GET", "dev", "distributedtask/queues", list_queues, preview=True),
]
