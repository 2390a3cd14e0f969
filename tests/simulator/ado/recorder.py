"""What was asked, for tests to look at. Holds no token."""

from __future__ import annotations

from collections import deque
from threading import Lock
from typing import Any

MOST = 10_000
BODY = 8192


class Recorder:
    def __init__(self) -> None:
        self._lock = Lock()  # guards _requests
        self._requests: deque[dict[str, Any]] = deque(maxlen=MOST)

    def add(self, method: str, path: str, query: str, connection: int, identity: str | None, body: bytes) -> None:
        entry = {
            "method": method,
            "path": path,
            "query": query,
            "connection": connection,
            "authorized": identity is not None,
            "identity": identity,
            "body": body[:BODY].decode(errors="replace"),
        }
        with self._lock:
            self._requests.append(entry)

    def all(self) -> list[dict[str, Any]]:
        with self._lock:
            return list(self._requests)

    def clear(self) -> None:
        with self._lock:
            self._requests.clear()
