"""Run 4791: a log whose lines are no plain text. The fake private key is made here from words that say so."""

from __future__ import annotations

import base64
from datetime import timedelta

from .blueprint import job, skipped_stage, stage, step
from .history import build
from .ids import EPOCH
from .model import Project

KEY_LINES = 26
KEY_TITLE = "RSA PRIVATE " + "KEY"


def key_line(number: int) -> str:
    """64 characters of base64, as a key has them."""
    return base64.b64encode(f"fake key planted for tests, line {number:02d} of it..!".encode()).decode()[:64]


def odd_log() -> list[str]:
    """What `Print odd lines` printed; the key takes 28 lines."""
    return [
        "windows line\r",
        "loading 10%\rloading 60%\rloading 100%, then a warning: disk is slow",
        "latin-1 caf\udce9 and stray bytes \udcff\udcfe end",
        "before the key",
        f"-----BEGIN {KEY_TITLE}-----",
        *(key_line(number) for number in range(1, KEY_LINES + 1)),
        f"-----END {KEY_TITLE}-----",
        "after the key",
        "long: " + "0123456789abcdef" * 2500 + " end of the long line",
        "last odd line",
    ]


def add_odd_logs(payments: Project) -> None:
    made = build(payments, 4791, 56, EPOCH - timedelta(days=25), result="canceled", minutes=2)
    first, *others = made.definition.stages
    printing = job("Print", "infrastructure", step("Print odd lines", odd_log()))
    made.attempts = [[stage(first, printing), *(skipped_stage(name) for name in others)]]
