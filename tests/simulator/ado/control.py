"""The paths a test steers the simulator with: /_faults, /_identities, /_people, /_push, /_pipelines, /_runs, /_requests, /_reset.

No token needed.
"""

from __future__ import annotations

import json

from . import errors
from .faults import Fault, Faults
from .identities import Identities, Identity
from .model import Ending
from .recorder import Recorder
from .routing import Request, Response, answer
from .world import World


class Control:
    def __init__(self, world: World, faults: Faults, recorder: Recorder, identities: Identities) -> None:
        self._world = world
        self._faults = faults
        self._recorder = recorder
        self._identities = identities

    def answer(self, request: Request) -> Response:
        asked = (request.method, request.path)
        if asked == ("POST", "/_faults"):
            return self._add_fault(request.body)
        if asked == ("POST", "/_push"):
            return self._push(request.body)
        if asked == ("POST", "/_pipelines"):
            return self._move(request.body)
        if asked == ("POST", "/_runs"):
            return self._end_run(request.body)
        if asked == ("DELETE", "/_faults"):
            self._faults.clear()
        elif asked == ("POST", "/_identities"):
            return self._add_identity(request.body)
        elif asked == ("POST", "/_people"):
            return self._call(request.body)
        elif asked == ("DELETE", "/_identities"):
            self._identities.clear()
        elif asked == ("GET", "/_requests"):
            return answer(self._recorder.all())
        elif asked == ("DELETE", "/_requests"):
            self._recorder.clear()
        elif asked == ("POST", "/_reset"):
            self._world.reset()
        elif asked == ("GET", "/_signin"):
            return Response(200, b"<html>Sign in</html>", "text/html; charset=utf-8")
        else:
            return Response(404, b'{"error":"no such control path"}')
        return answer({})

    def _push(self, body: bytes) -> Response:
        try:
            wanted = json.loads(body)
            project = self._world.project(wanted.get("project", "Payments"))
            return answer({"commit": self._world.push(project, wanted["repository"], wanted["branch"])})
        except (ValueError, KeyError, errors.ApiError) as error:
            return Response(400, json.dumps({"error": str(error)}).encode())

    def _end_run(self, body: bytes) -> Response:
        try:
            wanted = json.loads(body)
            project = self._world.project(wanted.get("project", "Payments"))
            ending = Ending(int(wanted.get("reads", 1)), wanted["becomes"])
            self._world.build(project, wanted["id"]).ending = ending
            return answer({})
        except (ValueError, KeyError, errors.ApiError) as error:
            return Response(400, json.dumps({"error": str(error)}).encode())

    def _move(self, body: bytes) -> Response:
        try:
            wanted = json.loads(body)
            project = self._world.project(wanted.get("project", "Payments"))
            self._world.move(project, wanted["id"], wanted.get("name", ""), wanted.get("folder", ""))
            return answer({})
        except (ValueError, KeyError, errors.ApiError) as error:
            return Response(400, json.dumps({"error": str(error)}).encode())

    def _add_identity(self, body: bytes) -> Response:
        try:
            self._identities.add(*Identity.from_json(json.loads(body)))
        except (ValueError, TypeError) as error:
            return Response(400, json.dumps({"error": str(error)}).encode())
        return answer({})

    def _call(self, body: bytes) -> Response:
        try:
            wanted = json.loads(body)
            self._identities.call(str(wanted["identity"]), str(wanted["person"]))
        except (ValueError, TypeError, KeyError) as error:
            return Response(400, json.dumps({"error": str(error)}).encode())
        return answer({})

    def _add_fault(self, body: bytes) -> Response:
        try:
            self._faults.add(Fault.from_json(json.loads(body)))
        except (ValueError, TypeError) as error:
            return Response(400, json.dumps({"error": str(error)}).encode())
        return answer({})
