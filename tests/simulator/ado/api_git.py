"""References of git repositories: git/7.1/git.json."""

from __future__ import annotations

from typing import Any

from . import errors, views
from .catalog import AVERY
from .ids import ORGANIZATION, commit_id
from .paging import page
from .routing import Call, Response, Route, answer_list


def _repository(call: Call) -> str:
    """The name of the repository that the path names, by id or name."""
    wanted = call.args["repository"].lower()
    for each in call.project.definitions.values():
        if each.repository_type != "TfsGit":
            continue
        if wanted in (each.repository.lower(), views.repository_id(call.project, each.repository)):
            return each.repository
    raise errors.no_repository(call.args["repository"])


def list_refs(call: Call) -> Response:
    """`filter` is the start of a name without refs/; `peelTags` adds what annotated tags stand for."""
    name = _repository(call)
    start = "refs/" + call.params.get("filter", "")
    peel = call.params.get("peeltags", "").lower() == "true"
    found = [(ref, commit) for ref, commit in sorted(call.project.branches[name].items()) if ref.startswith(start)]
    found, token = page(found, call.params.get("continuationtoken"), call.integer("$top", 1000, 1), lambda r: r[0])
    return answer_list([_ref_json(call, name, *each, peel) for each in found], token)


def _ref_json(call: Call, repository: str, ref: str, commit: str, peel: bool) -> dict[str, Any]:
    number = views.repository_id(call.project, repository)
    url = f"{call.world.base}/{ORGANIZATION}/{call.project.id}/_apis/git/repositories/{number}/refs"
    made: dict[str, Any] = {
        "name": ref,
        "objectId": commit,
        "creator": views.person(call.world, AVERY),
        "url": f"{url}?filter={ref.removeprefix('refs/')}",
    }
    if ref.startswith("refs/tags/"):  # all of them are annotated
        made["objectId"] = commit_id(repository, ref, "tag")
        if peel:
            made["peeledObjectId"] = commit
    return made


ROUTES = [Route("GET", "dev", "git/repositories/{repository}/refs", list_refs)]
