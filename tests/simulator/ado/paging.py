"""Continuation tokens: opaque text that names the last item given out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from . import errors

Item = TypeVar("Item")


def page(
    items: Sequence[Item], token: str | None, top: int, name_of: Callable[[Item], str]
) -> tuple[list[Item], str | None]:
    """The items after the one that `token` names, at most `top`, and the next token while more are left."""
    start = 0
    if token:
        names = [name_of(item) for item in items]
        if token not in names:
            raise errors.bad_argument(f"The continuation token '{token}' is not valid.")
        start = names.index(token) + 1
    chosen = list(items[start : start + top])
    more = start + top < len(items) and bool(chosen)
    return chosen, name_of(chosen[-1]) if more else None
