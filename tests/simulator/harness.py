"""Starts the simulator for a test and asks it things."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

HERE = Path(__file__).resolve().parent
TOKEN = "simulator-token"


@dataclass
class Answer:
    status: int
    headers: dict[str, str]  # lower-case names
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    def text(self) -> str:
        return self.body.decode()


class Simulator:
    """A context manager around one simulator process on a free port."""

    def __init__(self, *arguments: str) -> None:
        self._arguments = arguments

    def __enter__(self) -> Simulator:
        command = [sys.executable, str(HERE / "simulator.py"), *self._arguments]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.ready_line = self.process.stdout.readline().strip()
        self.port = int(self.ready_line.rpartition(":")[2])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.terminate()
        self.exit_code = self.process.wait(timeout=30)
        assert self.process.stdout is not None
        self.process.stdout.close()

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def ask(
        self,
        path: str,
        method: str = "GET",
        body: Any = None,
        headers: dict[str, str] | None = None,
        connection: http.client.HTTPConnection | None = None,
        token: str | None = TOKEN,
    ) -> Answer:
        """One request, on a new connection unless one is given. `body` is sent as JSON."""
        used = connection or self.connect()
        sent = dict(headers or {})
        if token is not None and "Authorization" not in sent:
            sent["Authorization"] = f"Bearer {token}"
        try:
            used.request(method, path, None if body is None else json.dumps(body), sent)
            response = used.getresponse()
            return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        finally:
            if connection is None:
                used.close()

    def get(self, path: str, version: str = "7.1") -> Any:
        """The JSON of a GET that must succeed."""
        answer = self.ask(f"{path}{'&' if '?' in path else '?'}api-version={version}")
        assert answer.status == 200, f"{path}: {answer.status} {answer.body[:300]!r}"
        return answer.json()

    def fault(self, **fault: Any) -> None:
        answer = self.ask("/_faults", "POST", fault, token=None)
        assert answer.status == 200, answer.body
