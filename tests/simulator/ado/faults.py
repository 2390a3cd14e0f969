"""Faults asked for by a test: which request, what goes wrong, how often."""

from __future__ import annotations

from dataclasses import dataclass, fields
from threading import Lock
from typing import Any

KINDS = ("status", "reset", "slow", "truncated", "html", "redirect", "lost_answer", "wrong_branch", "other_project")
MOST = 1000


@dataclass
class Fault:
    kind: str
    match: str = ""  # part of the path and query
    method: str = ""  # empty: any
    status: int = 500
    retry_after: float | None = None
    times: int = 1
    delay_ms: int = 50
    skip: int = 0  # requests let through before the first fault

    @staticmethod
    def from_json(value: Any) -> Fault:
        """ValueError says what is wrong with it."""
        if not isinstance(value, dict):
            raise ValueError("a fault is a JSON object")
        known = {each.name for each in fields(Fault)}
        if unknown := sorted(set(value) - known):
            raise ValueError(f"unknown keys: {', '.join(unknown)}; known: {', '.join(sorted(known))}")
        if value.get("kind") not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}")
        return Fault(**value)


class Faults:
    def __init__(self) -> None:
        self._lock = Lock()  # guards _faults and the counters in them
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        with self._lock:
            if len(self._faults) >= MOST:
                raise ValueError(f"more than {MOST} faults; DELETE /_faults first")
            self._faults.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()

    def take(self, method: str, target: str) -> Fault | None:
        """The first fault that fits this request, counted down."""
        with self._lock:
            for fault in self._faults:
                if fault.times <= 0 or fault.method not in ("", method) or fault.match not in target:
                    continue
                if fault.skip > 0:
                    fault.skip -= 1
                    continue
                fault.times -= 1
                return fault
        return None
