"""Writes to builds and their stages: build/7.1/build.json, Builds_Update Build and Stages_Update."""

from __future__ import annotations

from . import errors, steering, views
from .model import Build
from .routing import Call, Response, Route, answer


def _build(call: Call) -> Build:
    """One that isn't deleted."""
    build = call.world.build(call.project, call.args["build"])
    if build.deletion is not None:
        raise errors.no_build(build.id)
    return build


def update_build(call: Call) -> Response:
    """Only cancelling; what else the swagger lets one write is refused here."""
    body = call.json_body()
    if body.keys() != {"status"} or str(body["status"]).lower() != "cancelling" or "retry" in call.params:
        raise errors.bad_argument("Only the status cancelling is simulated.")
    build = _build(call)
    steering.cancel(call.world, build)
    return answer(views.build(call.world, call.project, build))


def update_stage(call: Call) -> Response:
    """Only retry. The swagger gives the answer no body."""
    body = call.json_body()
    forced = body.get("forceRetryAllJobs", False)
    fits = body.keys() <= {"state", "forceRetryAllJobs"} and isinstance(forced, bool)
    if not fits or str(body.get("state")).lower() != "retry":
        raise errors.bad_argument("Only the state retry is simulated.")
    build = _build(call)
    if build.timeline_gone:
        raise errors.no_stage(call.args["stage"], build.id)
    steering.retry(call.world, call.project, build, call.args["stage"], forced)
    return Response()


ROUTES = [
    Route("PATCH", "dev", "build/builds/{build}", update_build),
    Route("PATCH", "dev", "build/builds/{build}/stages/{stage}", update_stage),
]
