"""Projects and git references."""

from __future__ import annotations

from urllib.parse import quote

from . import errors, views
from .catalog import AVERY
from .ids import ORGANIZATION
from .paging import page
from .routing import Call, Response, Route, answer, answer_list

RATE = {
    "X-RateLimit-Resource": "Core",
    "X-RateLimit-Limit": "200",
    "X-RateLimit-Remaining": "187",
    "X-RateLimit-Reset": "1795435200",
}


def list_projects(call: Call) -> Response:
    names = sorted(call.world.projects, key=lambda each: each.name)
    skip = call.integer("$skip", 0)
    found, token = page(
        names[skip:], call.params.get("continuationtoken"), call.integer("$top", 100, 1), lambda p: p.id
    )
    return answer_list([views.project(call.world, each) for each in found], token)


def get_project(call: Call) -> Response:
    project = call.world.project(call.args["project"])
    url = f"{call.world.base}/{ORGANIZATION}/_apis/projects/{project.id}"
    links = {"self": {"href": url}, "web": {"href": f"{call.world.base}/{ORGANIZATION}/{quote(project.name)}"}}
    return answer({**views.project(call.world, project), "_links": links})


def list_refs(call: Call) -> Response:
    wanted = call.args["repository"].lower()
    for name, refs in call.project.branches.items():
        repository = views.repository_id(call.project, name)
        if wanted not in (name.lower(), repository):
            continue
        start = "refs/" + call.params.get("filter", "")
        url = f"{call.world.base}/{ORGANIZATION}/{call.project.id}/_apis/git/repositories/{repository}/refs"
        creator = views.person(call.world, AVERY)
        found = [
            {"name": ref, "objectId": commit, "creator": creator, "url": f"{url}?filter={ref.removeprefix('refs/')}"}
            for ref, commit in sorted(refs.items())
            if ref.startswith(start)
        ]
        return answer_list(found)
    kind = "Microsoft.TeamFoundation.Git.Server.GitRepositoryNotFoundException, Microsoft.TeamFoundation.Git.Server"
    message = (
        f"TF401019: The Git repository with name or identifier {call.args['repository']} does not exist "
        "or you do not have permissions for the operation you are attempting."
    )
    raise errors.ApiError(404, message, kind)


ROUTES = [
    Route("GET", "dev", "projects", list_projects, in_project=False),
    Route("GET", "dev", "projects/{project}", get_project, in_project=False),
    Route("GET", "dev", "git/repositories/{repository}/refs", list_refs),
]
