"""Releases, deployments, approvals and task logs on the vsrm host."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from . import errors
from .api_build import log_answer
from .api_core import RATE
from .catalog import PAYMENTS_ID
from .ids import parse_iso
from .logs import TextLog, recorded
from .release_views import TASKS, ReleaseViews
from .releases import STORY, Deployment, Release, ReleaseBook
from .routing import Call, Response, Route, answer, answer_list

Item = TypeVar("Item")
MOST = 100
_BOOK = ReleaseBook(STORY)  # never changed
_EMPTY = ReleaseBook({})


def _book(call: Call) -> ReleaseBook:
    return _BOOK if call.project.id == PAYMENTS_ID else _EMPTY


def _views(call: Call) -> ReleaseViews:
    return ReleaseViews(call.world, call.project, _book(call))


def _page(call: Call, found: list[Item], top_name: str, id_of: Callable[[Item], int]) -> tuple[list[Item], str | None]:
    """Ids in the asked order; the integer token is the first id of the next page."""
    order = call.params.get("queryorder", "descending").lower()
    if order not in ("ascending", "descending"):
        raise errors.bad_argument(f"Value '{order}' is not accepted for parameter 'queryOrder'.")
    descending = order == "descending"
    found = sorted(found, key=id_of, reverse=descending)
    if "continuationtoken" in call.params:
        start = call.integer("continuationtoken", 0)
        if start:
            found = [each for each in found if (id_of(each) <= start if descending else id_of(each) >= start)]
    top = min(call.integer(top_name, 50, 1), MOST)
    return found[:top], str(id_of(found[top])) if len(found) > top else None


def _moment(call: Call, name: str) -> datetime | None:
    if name not in call.params:
        return None
    try:
        return parse_iso(call.params[name])
    except ValueError:
        raise errors.bad_argument(f"Value '{call.params[name]}' is not accepted for parameter '{name}'.") from None


def _branch(release: Release, wanted: str) -> bool:
    return wanted in ("", release.branch, release.branch.removeprefix("refs/heads/"))


def list_deployments(call: Call) -> Response:
    definition = call.integer("definitionid", 0)
    environment = call.integer("definitionenvironmentid", 0)
    status = call.params.get("deploymentstatus", "all").lower()
    operation = call.params.get("operationstatus", "all").lower()
    branch = call.params.get("sourcebranch", "")
    who = call.params.get("createdby", "").lower()
    since, until = _moment(call, "minstartedtime"), _moment(call, "maxstartedtime")
    latest = call.params.get("latestattemptsonly", "false").lower() == "true"

    def passes(each: Deployment) -> bool:
        return (
            definition in (0, each.release.definition.id)
            and environment in (0, each.release.definition.environment_id(each.environment))
            and status in ("all", each.statuses[0].lower())
            and operation in ("all", each.statuses[1].lower())
            and _branch(each.release, branch)
            and who in ("", each.requested_by.name.lower(), each.requested_by.mail.lower())
            and (since is None or (each.started is not None and each.started >= since))
            and (until is None or (each.started is not None and each.started <= until))
            and not (
                latest
                and any(_same(each, other) and other.attempt > each.attempt for other in each.release.deployments)
            )
        )

    found = [each for each in _book(call).deployments.values() if passes(each)]
    chosen, token = _page(call, found, "$top", lambda each: each.id)
    shown = _views(call)
    return answer_list([shown.deployment(each) for each in chosen], token, **RATE)


def _same(one: Deployment, other: Deployment) -> bool:
    return one.environment == other.environment


def list_releases(call: Call) -> Response:
    definition = call.integer("definitionid", 0)
    branch = call.params.get("sourcebranchfilter", "")
    text = call.params.get("searchtext", "").lower()
    found = [
        each
        for each in _book(call).releases.values()
        if definition in (0, each.definition.id) and _branch(each, branch) and text in each.name.lower()
    ]
    chosen, token = _page(call, found, "$top", lambda each: each.id)
    shown = _views(call)
    expand = "environments" in call.words("$expand")
    return answer_list([shown.release(each, expand) for each in chosen], token)


def _release(call: Call) -> Release:
    found = _book(call).releases.get(call.number("release"))
    if found is None:
        raise errors.release(
            404,
            "ReleaseNotFoundException",
            f"VS402881: Release with ID {call.args['release']} does not exist. Specify a valid ID and try again.",
        )
    return found


def get_release(call: Call) -> Response:
    return answer(_views(call).release(_release(call), True))


def list_definitions(call: Call) -> Response:
    text = call.params.get("searchtext", "").lower()
    found = [each for each in _book(call).definitions.values() if text in each.name.lower()]
    expand = "environments" in call.words("$expand")
    shown = _views(call)
    return answer_list([shown.definition(each, expand) for each in found])


def get_definition(call: Call) -> Response:
    found = _book(call).definitions.get(call.number("definition"))
    if found is None:
        raise errors.release(
            404,
            "ReleaseDefinitionNotFoundException",
            f"VS402865: Release definition with ID {call.args['definition']} does not exist. "
            "Specify a valid ID and try again.",
        )
    return answer(_views(call).definition(found, True))


def list_approvals(call: Call) -> Response:
    """Pending ones unless statusFilter says otherwise."""
    status = call.params.get("statusfilter", "pending").lower()
    kind = call.params.get("typefilter", "all").lower()
    releases = call.words("releaseidsfilter")
    assigned = call.params.get("assignedtofilter", "").lower()
    shown = _views(call)
    found = []
    for each in _book(call).deployments.values():
        for approval in shown.approvals(each):
            approver = approval.get("approver", {})
            if (
                not approval["isAutomated"]
                and status in ("undefined", approval["status"])
                and kind in ("all", "undefined", approval["approvalType"].lower())
                and (not releases or str(each.release.id) in releases)
                and assigned in ("", approver.get("uniqueName", "").lower(), approver.get("displayName", "").lower())
            ):
                found.append(approval)
    chosen, token = _page(call, found, "top", lambda each: int(each["id"]))
    return answer_list(chosen, token)


def task_log(call: Call) -> Response:
    release = _release(call)
    for each in release.deployments:
        wanted = (str(each.environment_id), str(each.id))
        if (call.args["environment"], call.args["phase"]) != wanted or each.started is None:
            continue
        rank = call.number("task")
        if not 1 <= rank <= len(TASKS):
            break
        failed = each.state == "failed" and rank == len(TASKS)
        body = [*recorded("npm_ci"), "##[error]Bash exited with code '1'."] if failed else ["done"]
        lines = [f"##[section]Starting: {TASKS[rank - 1]}", *body, f"##[section]Finishing: {TASKS[rank - 1]}"]
        call.request.headers["accept"] = "text/plain"  # whatever was asked: this log has no JSON form
        return log_answer(call, TextLog(lines, each.started, 60))
    raise errors.release(404, "ReleaseTaskNotFoundException", f"VS402935: No such task in release {release.id}.")


LOG = "release/releases/{release}/environments/{environment}/deployphases/{phase}/tasks/{task}/logs"
ROUTES = [
    Route("GET", "vsrm", "release/deployments", list_deployments),
    Route("GET", "vsrm", "release/releases", list_releases),
    Route("GET", "vsrm", "release/releases/{release}", get_release),
    Route("GET", "vsrm", "release/definitions", list_definitions),
    Route("GET", "vsrm", "release/definitions/{definition}", get_definition),
    Route("GET", "vsrm", "release/approvals", list_approvals),
    Route("GET", "vsrm", LOG, task_log),
]
