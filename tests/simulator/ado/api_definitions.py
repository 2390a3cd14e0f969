"""Definitions of pipelines and the YAML files they come from: build/7.1/build.json."""

from __future__ import annotations

from fnmatch import fnmatchcase

from . import errors, views
from .ids import guid
from .model import Definition
from .paging import page
from .routing import Call, Response, Route, answer, answer_list
from .yaml_text import file_yaml

YAML_FILE = "/azure-pipelines.yml"


def list_definitions(call: Call) -> Response:
    name = call.params.get("name", "").lower()
    ids = call.words("definitionids")
    found = [
        each
        for each in sorted(call.project.definitions.values(), key=lambda d: d.name)
        if (not name or fnmatchcase(each.name.lower(), name)) and (not ids or str(each.id) in ids)
    ]
    found, token = page(found, call.params.get("continuationtoken"), call.integer("$top", 10000, 1), lambda d: d.name)
    latest = call.params.get("includelatestbuilds", "").lower() == "true"
    return answer_list([_listed(call, each, latest) for each in found], token)


def _listed(call: Call, each: Definition, latest: bool) -> dict[str, object]:
    told: dict[str, object] = views.definition(call.world, call.project, each)
    if not latest:
        return told
    builds = [b for b in call.project.builds.values() if b.definition.id == each.id and b.deletion is None]
    builds.sort(key=lambda b: (b.queue_time, b.id))
    for key, chosen in (("latestBuild", builds), ("latestCompletedBuild", [b for b in builds if b.result])):
        if chosen:
            told[key] = views.build(call.world, call.project, chosen[-1])
    return told


def get_definition(call: Call) -> Response:
    found = call.world.definition(call.project, call.args["definition"])
    if found is None:
        message = f"The definition with ID {call.args['definition']} could not be found."
        raise errors.build2(404, "DefinitionNotFoundException", message)
    told = views.full_definition(call.world, call.project, found)
    if found.repository_type == "GitHub":
        told["repository"]["properties"] = {"connectedServiceId": guid("endpoint", found.repository)}
    return answer(told)


def file_contents(call: Call) -> Response:
    """A file of a repository at a branch or a commit; only the pipelines' own YAML files are there."""
    provider, wanted = call.args["provider"].lower(), call.params.get("repository", "")
    each = next(
        (
            one
            for one in call.project.definitions.values()
            if one.repository_type.lower() == provider
            and wanted.lower() in (one.repository.lower(), views.source_id(call.project, one).lower())
        ),
        None,
    )
    if each is None or (provider == "github" and not call.params.get("serviceendpointid")):
        raise errors.no_repository(wanted)
    version = call.params.get("commitorbranch", "")
    if call.params.get("path", "").lstrip("/") != YAML_FILE.lstrip("/") or not _has(call, each, version):
        message = f"Could not find the file '{call.params.get('path', '')}' at '{version}'."
        raise errors.build2(404, "ExternalSourceProviderException", message)
    return Response(body=file_yaml(each).encode(), content_type="text/plain; charset=utf-8; api-version=7.1")


def _has(call: Call, each: Definition, version: str) -> bool:
    branches = call.project.branches[each.repository]
    commits = {build.commit for build in call.project.builds.values() if build.definition.repository == each.repository}
    return version in branches or f"refs/heads/{version}" in branches or version in commits | set(branches.values())


ROUTES = [
    Route("GET", "dev", "build/definitions", list_definitions),
    Route("GET", "dev", "build/definitions/{definition}", get_definition),
    Route("GET", "dev", "sourceproviders/{provider}/filecontents", file_contents),
]
