"""Projects."""

from __future__ import annotations

from urllib.parse import quote

from . import views
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


ROUTES = [
    Route("GET", "dev", "projects", list_projects, in_project=False),
    Route("GET", "dev", "projects/{project}", get_project, in_project=False),
]
