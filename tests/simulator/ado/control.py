"""The paths a test steers the simulator with: /_faults, /_identities, /_requests, /_reset. No token needed."""

from __future__ import annotations

import json

from .faults import Fault, Faults
from .identities import Identities, Identity
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
        if asked == ("DELETE", "/_faults"):
            self._faults.clear()
        elif asked == ("POST", "/_identities"):
            return self._add_identity(request.body)
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

    def _add_identity(self, body: bytes) -> Response:
        try:
            self._identities.add(*Identity.from_json(json.loads(body)))
        except (ValueError, TypeError) as error:
            return Response(400, json.dumps({"error": str(error)}).encode())
        return answer({})

    def _add_fault(self, body: bytes) -> Response:
        try:
            self._faults.add(Fault.from_json(json.loads(body)))
        except (ValueError, TypeError) as error:
            return Response(400, json.dumps({"error": str(error)}).encode())
        return answer({})
