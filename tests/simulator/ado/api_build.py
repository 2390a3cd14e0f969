"""Builds, timelines, logs and changes: build/7.1/build.json."""

from __future__ import annotations

import json
from collections.abc import Iterator

from . import errors, views
from .api_core import RATE
from .build_query import select_builds
from .ids import iso
from .logs import Log
from .paging import page
from .routing import Call, Response, Route, answer, answer_list
from .timeline import NumberedLog, timeline_json


def list_builds(call: Call) -> Response:
    found, token = select_builds(call)
    return answer_list([views.build(call.world, call.project, each) for each in found], token, **RATE)


def get_build(call: Call) -> Response:
    build = call.world.build(call.project, call.args["build"])
    call.world.read(build)
    return answer(views.build(call.world, call.project, build))


def get_timeline(call: Call) -> Response:
    build = call.world.build(call.project, call.args["build"])
    if build.timeline_gone:
        raise errors.no_timeline(build.id)
    if build.deletion is not None:
        return Response(status=204)
    plan = call.world.plan(call.project, build)
    wanted = call.args.get("timeline", "").lower()
    found = [each for each in plan.timelines if wanted in ("", each.id)]
    if not found or not found[-1].records:
        return Response(status=204)  # as for a build that never got a plan
    return answer(timeline_json(build, found[-1], call.world.build_url(call.project, build)), **RATE)


def list_logs(call: Call) -> Response:
    build = call.world.build(call.project, call.args["build"])
    url = call.world.build_url(call.project, build)
    kept = [] if build.deletion else call.world.plan(call.project, build).logs.values()
    return answer_list([_log_reference(each, url) for each in kept if each.id not in build.gone_logs])


def _log_reference(each: NumberedLog, url: str) -> dict[str, object]:
    return {
        "lineCount": each.log.line_count(),
        "createdOn": iso(each.created),
        "lastChangedOn": iso(each.created),
        "id": each.id,
        "type": "Container",
        "url": f"{url}/logs/{each.id}",
    }


def get_log(call: Call) -> Response:
    build = call.world.build(call.project, call.args["build"])
    wanted = call.args["log"]
    logs = call.world.plan(call.project, build).logs
    gone = build.deletion is not None or not wanted.isdigit() or int(wanted) in build.gone_logs
    if gone or int(wanted) not in logs:
        raise errors.no_log(wanted, build.id)
    log = logs[int(wanted)].log
    return log_answer(call, log)


def log_answer(call: Call, log: Log) -> Response:
    """Lines startLine..endLine, from 1, both included; as text or as a JSON list, in chunks."""
    first = max(1, call.integer("startline", 1))
    last = call.integer("endline", 0) or log.line_count()
    accept = call.request.headers.get("accept", "")
    if "text/plain" in accept and not accept.startswith("application/json"):
        # Bytes that are no UTF-8 are kept in the lines as surrogates.
        pieces = log.lines(first, last)
        text = ("".join(f"{line}\n" for line in piece).encode(errors="surrogateescape") for piece in pieces)
        return Response(body=text, content_type="text/plain; charset=utf-8; api-version=7.1")
    count = max(0, min(last, log.line_count()) - first + 1)
    return Response(body=_json_lines(log, first, last, count))


def _json_lines(log: Log, first: int, last: int, count: int) -> Iterator[bytes]:
    yield b'{"count":%d,"value":[' % count
    comma = ""
    for piece in log.lines(first, last):
        yield (comma + ",".join(map(json.dumps, piece))).encode()
        comma = ","
    yield b"]}"


def build_changes(call: Call) -> Response:
    build = call.world.build(call.project, call.args["build"])
    found, token = page(
        build.changes, call.params.get("continuationtoken"), call.integer("$top", 50, 1), lambda c: c.id
    )
    return answer_list([views.change(call.world, call.project, build, each) for each in found], token)


def changes_between(call: Call) -> Response:
    """The changes of the same pipeline and branch after fromBuildId, up to toBuildId, newest first."""
    first = call.world.build(call.project, call.params.get("frombuildid", ""))
    last = call.world.build(call.project, call.params.get("tobuildid", ""))
    between = [
        each
        for each in call.project.builds.values()
        if each.definition.id == last.definition.id and each.branch == last.branch and first.id < each.id <= last.id
    ]
    pairs = [(each, item) for each in sorted(between, key=lambda b: -b.id) for item in each.changes]
    chosen = pairs[: call.integer("$top", 50, 1)]
    return answer_list([views.change(call.world, call.project, each, item) for each, item in chosen])


ROUTES = [
    Route("GET", "dev", "build/builds", list_builds),
    Route("GET", "dev", "build/builds/{build}", get_build),
    Route("GET", "dev", "build/builds/{build}/timeline", get_timeline),
    Route("GET", "dev", "build/builds/{build}/timeline/{timeline}", get_timeline),
    Route("GET", "dev", "build/builds/{build}/logs", list_logs),
    Route("GET", "dev", "build/builds/{build}/logs/{log}", get_log),
    Route("GET", "dev", "build/builds/{build}/changes", build_changes),
    Route("GET", "dev", "build/changes", changes_between, preview=False),
]
