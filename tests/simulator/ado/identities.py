"""Whose a token is. The simulator's own is anybody's; a test adds those it hands out."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from threading import Lock
from typing import Any

from . import errors
from .routing import Request

MOST = 1000


@dataclass(frozen=True)
class Identity:
    name: str
    may_queue: bool = True

    @classmethod
    def from_json(cls, data: Any) -> tuple[str, Identity]:
        """The token and its owner of a control request. Raises ValueError."""
        if not isinstance(data, dict) or not set(data) <= {"token", "identity", "may_queue"}:
            raise ValueError("write token, identity and may_queue")
        token, name, may_queue = data.get("token"), data.get("identity"), data.get("may_queue", True)
        if not isinstance(token, str) or not token or not isinstance(name, str) or not name:
            raise ValueError("token and identity are text")
        if not isinstance(may_queue, bool):
            raise ValueError("may_queue is true or false")
        return token, cls(name, may_queue)

    def check(self, request: Request) -> None:
        """Raises what the service says to those who may not start, retry and stop runs."""
        if self.may_queue:
            return
        retries = request.method == "PATCH" and "/build/builds/" in request.path and "/stages/" in request.path
        if retries or (request.method == "POST" and request.path.endswith("/runs")):
            raise errors.may_not(self.name, "Queue builds")
        if request.method == "PATCH" and "/build/builds/" in request.path:
            raise errors.may_not(self.name, "Stop builds")


class Identities:
    def __init__(self, token: str) -> None:
        own = Identity("simulator")
        basic = base64.b64encode(f":{token}".encode()).decode()
        self._own = {f"Bearer {token}": own, f"Basic {basic}": own}
        self._lock = Lock()  # guards _added and _people
        self._added: dict[str, Identity] = {}
        self._people: dict[str, str] = {}

    def add(self, token: str, identity: Identity) -> None:
        with self._lock:
            if len(self._added) >= MOST:
                raise ValueError("too many identities")
            self._added[f"Bearer {token}"] = identity

    def clear(self) -> None:
        with self._lock:
            self._added.clear()
            self._people.clear()

    def call(self, identity: str, person: str) -> None:
        """From then on that identity is this person of the organisation."""
        with self._lock:
            if len(self._people) >= MOST:
                raise ValueError("too many people")
            self._people[identity] = person

    def person(self, identity: str) -> str:
        with self._lock:
            return self._people.get(identity, identity)

    def find(self, authorization: str) -> Identity | None:
        with self._lock:
            return self._added.get(authorization) or self._own.get(authorization)
