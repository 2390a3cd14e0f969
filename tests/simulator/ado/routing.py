"""Requests, answers, and the table from paths to handlers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote

from . import errors
from .ids import ORGANIZATION
from .model import Project
from .world import World

SERVICES = ("vsrm", "vstmr", "vssps")


@dataclass
class Request:
    method: str
    path: str  # percent-encoded, without the query
    query: str
    headers: dict[str, str]  # lower-case names
    body: bytes = b""


@dataclass
class Response:
    status: int = 200
    body: bytes | Iterator[bytes] = b""  # an iterator is sent in chunks
    content_type: str = "application/json; charset=utf-8; api-version=7.1"
    headers: dict[str, str] = field(default_factory=dict)


def answer(value: Any, **headers: str) -> Response:
    return Response(body=json.dumps(value, separators=(",", ":")).encode(), headers=headers)


def answer_list(values: list[Any], token: str | None = None, **headers: str) -> Response:
    """{"count":n,"value":[…]}; `token` says that there is another page."""
    if token is not None:
        headers["x-ms-continuationtoken"] = token
    return answer({"count": len(values), "value": values}, **headers)


@dataclass
class Call:
    """A request that found its handler."""

    world: World
    request: Request
    project: Project
    args: dict[str, str]  # from the path
    params: dict[str, str]  # from the query, lower-case names
    wrong_branch: bool = False  # asked for by a fault
    asker: str = ""  # whose the token is

    def integer(self, name: str, default: int, least: int = 0) -> int:
        text = self.params.get(name, "")
        if not text:
            return default
        if not text.lstrip("-").isdigit() or int(text) < least:
            raise errors.bad_argument(f"Value '{text}' is not accepted for parameter '{name}'.")
        return int(text)

    def number(self, name: str) -> int:
        """A number in the path; -1 when it is none."""
        text = self.args[name]
        return int(text) if text.isdigit() else -1

    def words(self, name: str) -> set[str]:
        """A comma-separated parameter, lower-case; empty when absent."""
        return {word.strip().lower() for word in self.params.get(name, "").split(",") if word.strip()}

    def json_body(self) -> dict[str, Any]:
        value = self._json(b"{}")
        if not isinstance(value, dict):
            raise errors.bad_argument("The request body must be a JSON object.")
        return value

    def json_list(self) -> list[dict[str, Any]]:
        value = self._json(b"[]")
        if not isinstance(value, list) or not value or not all(isinstance(each, dict) for each in value):
            raise errors.bad_argument("The request body must be a JSON list of objects.")
        return value

    def _json(self, otherwise: bytes) -> Any:
        try:
            return json.loads(self.request.body or otherwise)
        except ValueError as error:
            raise errors.bad_argument(f"The request body is not JSON: {error}") from None


Handler = Callable[[Call], Response]


@dataclass(frozen=True)
class Route:
    """`pattern` lies below _apis/; {name} matches one segment. Without a project: collection level."""

    method: str
    service: str
    pattern: str
    handler: Handler
    preview: bool = False
    in_project: bool = True

    def match(self, path: str) -> dict[str, str] | None:
        names = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", self.pattern)
        found = re.fullmatch(names, path, re.IGNORECASE)
        return {key: unquote(value) for key, value in found.groupdict().items()} if found else None


class Router:
    def __init__(self, world: World, routes: list[Route]) -> None:
        self._world = world
        self._routes = routes

    def dispatch(self, request: Request, wrong_branch: bool = False, asker: str = "") -> Response:
        """Raises ApiError for what Azure DevOps would refuse."""
        service, project_name, path = self._split(request.path)
        matches = [
            (route, args)
            for route in self._routes
            if route.service == service
            and route.in_project == (project_name is not None)
            and (args := route.match(path)) is not None
        ]
        if not matches:
            raise errors.no_controller(request.path)
        params = {key.lower(): value for key, value in parse_qsl(request.query, keep_blank_values=True)}
        route, args = next((m for m in matches if m[0].method == request.method), (None, {}))
        if route is None:
            raise errors.method_not_allowed(request.method)
        _check_api_version(request, params, route.preview)
        project = self._world.project(project_name) if project_name is not None else self._world.projects[0]
        return route.handler(Call(self._world, request, project, args, params, wrong_branch, asker))

    def _split(self, path: str) -> tuple[str, str | None, str]:
        parts = path.strip("/").split("/")
        service = parts.pop(0) if parts[0] in SERVICES else "dev"
        if len(parts) < 2 or unquote(parts[0]).lower() != ORGANIZATION:
            raise errors.no_controller(path)
        if parts[1] == "_apis":
            return service, None, "/".join(parts[2:])
        if len(parts) < 3 or parts[2] != "_apis":
            raise errors.no_controller(path)
        return service, unquote(parts[1]), "/".join(parts[3:])


def _check_api_version(request: Request, params: dict[str, str], preview: bool) -> None:
    in_accept = re.search(r"api-version=([^;,\s]+)", request.headers.get("accept", ""))
    version = params.get("api-version") or (in_accept.group(1) if in_accept else "")
    if not version:
        raise errors.api_version(
            "VssVersionNotSpecifiedException",
            f'No api-version was supplied for the "{request.method}" request. The version must be supplied either as '
            'part of the Accept header (e.g. "application/json; api-version=1.0") or as a query parameter '
            '(e.g. "?api-version=1.0").',
        )
    found = re.fullmatch(r"(\d+\.\d+)(-preview(\.\d+)?)?", version)
    if not found or float(found.group(1)) > 7.2:
        raise errors.api_version(
            "VssVersionOutOfRangeException",
            f"The requested REST API version of {version} is out of range for this server. "
            "The latest REST API version this server supports is 7.2.",
        )
    if (preview or float(found.group(1)) == 7.2) and not found.group(2):
        raise errors.api_version(
            "VssInvalidPreviewVersionException",
            f'The requested version "{version}" of the resource is under preview. The -preview flag must be supplied '
            f'in the api-version for such requests. For example: "{version}-preview"',
        )
