"""Builds, timelines, logs, changes and definitions: build/7.1/build.json."""

from __future__ import annotations

import json
from collections.abc import Iterator

from . import errors, views
from .api_core import RATE
from .build_query import select_builds
from .ids import guid, iso
from .logs import Log
from .paging import page
from .routing import Call, Response, Route, answer, answer_list
from .timeline import NumberedLog, timeline_json


def list_definitions(call: Call) -> Response:
    name = call.params.get("name", "").lower().rstrip("*")
    ids = call.words("definitionids")
    found = [
        each
        for each in sorted(call.project.definitions.values(), key=lambda d: d.name)
        if each.name.lower().startswith(name) and (not ids or str(each.id) in ids)
    ]
    if name and not call.params["name"].endswith("*"):
        found = [each for each in found if each.name.lower() == name]
    found, token = page(found, call.params.get("continuationtoken"), call.integer("$top", 10000, 1), lambda d: d.name)
    return answer_list([views.definition(call.world, call.project, each) for each in found], token)


def get_definition(call: Call) -> Response:
    found = call.world.definition(call.project, call.args["definition"])
    if found is None:
        message = f"The definition with ID {call.args['definition']} could not be found."
        raise errors.build2(404, "DefinitionNotFoundException", message)
    return answer(views.full_definition(call.world, call.project, found))


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


def list_artifacts(call: Call) -> Response:
    build = call.world.build(call.project, call.args["build"])
    url = call.world.build_url(call.project, build)
    found = [
        {
            "id": number,
            "name": name,
            "source": guid("job", build.id),
            "resource": {
                "type": "PipelineArtifact",
                "data": guid("blob", build.id, name),
                "properties": {"artifactsize": str(70_000 + number)},
                "url": f"{url}/artifacts?artifactName={name}",
                "downloadUrl": f"{url}/artifacts/{name}/content?format=zip",
            },
        }
        for number, name in enumerate(build.artifacts, 1)
    ]
    return answer_list(found)


ROUTES = [
    Route("GET", "dev", "build/definitions", list_definitions),
    Route("GET", "dev", "build/definitions/{definition}", get_definition),
    Route("GET", "dev", "build/builds", list_builds),
    Route("GET", "dev", "build/builds/{build}", get_build),
    Route("GET", "dev", "build/builds/{build}/timeline", get_timeline),
    Route("GET", "dev", "build/builds/{build}/timeline/{timeline}", get_timeline),
    Route("GET", "dev", "build/builds/{build}/logs", list_logs),
    Route("GET", "dev", "build/builds/{build}/logs/{log}", get_log),
    Route("GET", "dev", "build/builds/{build}/changes", build_changes),
    Route("GET", "dev", "build/changes", changes_between, preview=False),
    Route("GET", "dev", "build/builds/{build}/artifacts", list_artifacts),
]
