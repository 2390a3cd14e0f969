"""Build logs in the agent's form: every line has a time with seven decimals in front."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Protocol

from .ids import iso

RECORDED = Path(__file__).resolve().parent.parent / "logs"
BLOCK = 1000  # lines handed over at a time


class Log(Protocol):
    """Lines are numbered from 1."""

    def line_count(self) -> int: ...

    def lines(self, first: int, last: int) -> Iterator[list[str]]:
        """Lines first..last, both included, in pieces of at most BLOCK."""

    def find(self, text: str) -> int | None:
        """The number of the first line that ends with `text`."""


def recorded(name: str) -> list[str]:
    """The lines of logs/<name>.txt, colour codes and all."""
    return (RECORDED / f"{name}.txt").read_text(encoding="utf-8").removesuffix("\n").split("\n")


class TextLog:
    """A list of lines, stamped from `start` on, spread over `seconds`."""

    def __init__(self, body: Sequence[str], start: datetime, seconds: float) -> None:
        self._body = body
        self._start = start
        self._seconds = seconds

    @cached_property
    def _lines(self) -> list[str]:
        step = self._seconds / max(1, len(self._body))
        return [
            f"{iso(self._start + timedelta(seconds=step * number))} {text}" for number, text in enumerate(self._body)
        ]

    def line_count(self) -> int:
        return len(self._body)

    def lines(self, first: int, last: int) -> Iterator[list[str]]:
        for begin in range(max(1, first), min(last, len(self._body)) + 1, BLOCK):
            yield self._lines[begin - 1 : min(begin + BLOCK - 1, last)]

    def find(self, text: str) -> int | None:
        return next((n for n, line in enumerate(self._body, 1) if line.endswith(text)), None)


class PlainLog:
    """Lines without times: what the service itself puts beside the agents' logs."""

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines()

    def line_count(self) -> int:
        return len(self._lines)

    def lines(self, first: int, last: int) -> Iterator[list[str]]:
        yield self._lines[max(1, first) - 1 : last]

    def find(self, text: str) -> int | None:
        return next((n for n, line in enumerate(self._lines, 1) if line.endswith(text)), None)


class JoinedLog:
    """A job's log: its tasks' logs one after the other."""

    def __init__(self, parts: Sequence[Log]) -> None:
        self._parts = parts

    def line_count(self) -> int:
        return sum(part.line_count() for part in self._parts)

    def lines(self, first: int, last: int) -> Iterator[list[str]]:
        offset = 0
        for part in self._parts:
            count = part.line_count()
            if first <= offset + count and last > offset:
                yield from part.lines(max(1, first - offset), min(count, last - offset))
            offset += count

    def find(self, text: str) -> int | None:
        offset = 0
        for part in self._parts:
            found = part.find(text)
            if found is not None:
                return offset + found
            offset += part.line_count()
        return None
