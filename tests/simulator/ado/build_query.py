"""The filters, order and paging of the builds list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone

from . import errors
from .ids import iso, parse_iso
from .model import Build
from .paging import page
from .routing import Call

_NEVER = datetime.max.replace(tzinfo=timezone.utc)
ORDERS: dict[str, tuple[str, bool]] = {  # the time it looks at, newest first?
    "queuetimedescending": ("queue_time", True),
    "queuetimeascending": ("queue_time", False),
    "starttimedescending": ("start_time", True),
    "starttimeascending": ("start_time", False),
    "finishtimedescending": ("finish_time", True),
    "finishtimeascending": ("finish_time", False),
}


def select_builds(call: Call) -> tuple[list[Build], str | None]:
    """One page of the builds that pass every filter, and the token of the next."""
    order = call.params.get("queryorder", "queueTimeDescending").lower()
    if order not in ORDERS:
        raise errors.bad_argument(f"Value '{order}' is not accepted for parameter 'queryOrder'.")
    field, newest_first = ORDERS[order]

    def moment(build: Build) -> datetime:
        value: datetime | None = getattr(build, field)
        return value or _NEVER  # an open build counts as newest

    filters = _filters(call, moment)
    found = [each for each in call.project.builds.values() if all(passes(each) for passes in filters)]
    found.sort(key=lambda each: (moment(each), each.id), reverse=newest_first)
    found = _per_definition(found, call.integer("maxbuildsperdefinition", 0))
    top = min(call.integer("$top", 1000, 1), 5000)
    return page(found, call.params.get("continuationtoken"), top, lambda b: f"{iso(moment(b))},{b.id}")


def _filters(call: Call, moment: Callable[[Build], datetime]) -> list[Callable[[Build], bool]]:
    params = call.params
    passes: list[Callable[[Build], bool]] = []
    deleted = params.get("deletedfilter", "excludeDeleted").lower()
    if deleted not in ("excludedeleted", "includedeleted", "onlydeleted"):
        raise errors.bad_argument(f"Value '{deleted}' is not accepted for parameter 'deletedFilter'.")
    if deleted != "includedeleted":
        passes.append(lambda b: (b.deletion is not None) == (deleted == "onlydeleted"))
    if ids := call.words("buildids"):
        passes.append(lambda b: str(b.id) in ids)
    if definitions := call.words("definitions"):
        passes.append(lambda b: str(b.definition.id) in definitions)
    if branch := params.get("branchname"):
        passes.append(lambda b: b.branch == branch)
    if (statuses := call.words("statusfilter")) and "all" not in statuses:
        passes.append(lambda b: b.status.lower() in statuses)
    if results := call.words("resultfilter"):
        passes.append(lambda b: b.result is not None and b.result.lower() in results)
    if (reasons := call.words("reasonfilter")) and "all" not in reasons:
        passes.append(lambda b: b.reason.lower() in reasons)
    if tags := call.words("tagfilters"):
        passes.append(lambda b: tags <= {tag.lower() for tag in b.tags})
    if who := params.get("requestedfor", "").lower():
        passes.append(lambda b: who in (b.requested_for.name.lower(), b.requested_for.mail.lower()))
    if number := params.get("buildnumber"):
        prefix = number.rstrip("*")
        passes.append(lambda b: b.number.startswith(prefix) if number.endswith("*") else b.number == number)
    if "mintime" in params:
        earliest = _time(call, "mintime")
        passes.append(lambda b: moment(b) >= earliest)
    if "maxtime" in params:
        latest = _time(call, "maxtime")
        passes.append(lambda b: moment(b) <= latest)
    return passes


def _time(call: Call, name: str) -> datetime:
    try:
        return parse_iso(call.params[name])
    except ValueError:
        raise errors.bad_argument(f"Value '{call.params[name]}' is not accepted for parameter '{name}'.") from None


def _per_definition(builds: list[Build], most: int) -> list[Build]:
    if most == 0:
        return builds
    seen: dict[int, int] = {}
    kept = []
    for build in builds:
        seen[build.definition.id] = seen.get(build.definition.id, 0) + 1
        if seen[build.definition.id] <= most:
            kept.append(build)
    return kept
