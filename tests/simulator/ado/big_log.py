"""The 200,000-line log: made block by block when read, always the same, about 29 MB."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from threading import Lock

from .logs import BLOCK

LINES = 200_000
ERROR_LINE = 124_000  # at 62 %
ERROR_TEXT = (
    "/home/vsts/work/1/s/services/settlement/src/fee_schedule.cpp:218:31: error: "
    "no matching function for call to 'settlement::FeeTable::lookup(std::optional<settlement::Region>&)'"
)
EXIT_TEXT = "##[error]Bash exited with code '1'."
SERVICES = ("billing", "ledger", "fraud", "settlement", "reporting", "gateway", "identity", "archive")
# Names and flags that mention errors without being one, as real logs do.
UNITS = ("api_server", "error_codes", "retry_policy", "fee_schedule", "rounding_tables", "fatal_handler", "codec")
STEPS = (
    "Building CXX object services/{s}/m{m:04d}/CMakeFiles/{s}.dir/src/{u}_{n:06d}.cpp.o -O2 -Werror=return-type",
    "Building CXX object services/{s}/m{m:04d}/CMakeFiles/{s}_test.dir/{u}_{n:06d}_test.cpp.o",
    "Linking CXX static library libcontoso_{s}_{m:04d}.a with 0 errors and 0 warnings so far, archive {n:06d}",
    "Copying headers of contoso::{s}::{u} to /home/vsts/work/1/b/include/contoso/{s}/m{m:04d}/{u}_{n:06d}.hpp",
)


class BigLog:
    def __init__(self, start: datetime, seconds: float, title: str) -> None:
        self._start = start
        self._step = seconds / LINES
        self._fixed = _fixed_lines(title)
        self._lock = Lock()  # guards _blocks
        self._blocks: dict[int, list[str]] = {}

    def line_count(self) -> int:
        return LINES

    def lines(self, first: int, last: int) -> Iterator[list[str]]:
        last = min(last, LINES)
        for block in range((max(1, first) - 1) // BLOCK, (last - 1) // BLOCK + 1):
            base = block * BLOCK
            lines = self._block(block)
            if first <= base + 1 and last >= base + BLOCK:
                yield lines
            else:
                yield lines[max(0, first - base - 1) : last - base]

    def find(self, text: str) -> int | None:
        return next((n for n, line in sorted(self._fixed.items()) if line.endswith(text)), None)

    def _block(self, block: int) -> list[str]:
        with self._lock:
            if block not in self._blocks:
                self._blocks[block] = self._make(block)
            return self._blocks[block]

    def _make(self, block: int) -> list[str]:
        begin = self._start + timedelta(seconds=self._step * block * BLOCK)
        prefix, ticks = begin.strftime("%Y-%m-%dT%H:%M:"), begin.second * 10**7
        lines = []
        for number in range(block * BLOCK + 1, (block + 1) * BLOCK + 1):
            second, tick = divmod(ticks, 10**7)
            if second == 60:
                begin += timedelta(minutes=1)
                prefix, ticks, second = begin.strftime("%Y-%m-%dT%H:%M:"), tick, 0
            ticks += int(self._step * 10**7)
            text = self._fixed.get(number) or _filler(number)
            lines.append(f"{prefix}{second:02d}.{tick:07d}Z {text}")
        return lines


def _filler(number: int) -> str:
    step = STEPS[(number * 7 + number // 13) % len(STEPS)]
    service = SERVICES[(number // 311) % len(SERVICES)]
    unit = UNITS[(number * 3 + number // 17) % len(UNITS)]
    return f"[{number * 100 // LINES:3d}%] " + step.format(s=service, m=number // 97, u=unit, n=number)


def _fixed_lines(title: str) -> dict[int, str]:
    """The lines that carry meaning, by number."""
    head = [
        f"##[section]Starting: {title}",
        "==============================================================================",
        "Task         : Bash",
        "Description  : Run a Bash script on macOS, Linux, or Windows",
        "Version      : 3.237.1",
        "==============================================================================",
        "Generating script.",
        "========================== Starting Command Output ===========================",
        "##[command]/usr/bin/bash /home/vsts/work/_temp/3f0f4f6c-6f61-4c11-8f6e-6f2a4c0e8d52.sh",
    ]
    cause = [
        "/home/vsts/work/1/s/services/settlement/src/fee_schedule.cpp: In member function "
        "'int64_t settlement::FeeSchedule::fee(std::optional<settlement::Region>) const':",
        ERROR_TEXT,
        "  218 |   return table_.lookup(region) * basis_points / 10000;",
        "      |          ~~~~~~~~~~~~~^~~~~~~~",
        "/home/vsts/work/1/s/services/settlement/include/fee_table.h:41:11: note: candidate: "
        "'int64_t settlement::FeeTable::lookup(settlement::Region) const'",
        "gmake[2]: *** [services/settlement/CMakeFiles/settlement.dir/build.make:412: "
        "services/settlement/CMakeFiles/settlement.dir/src/fee_schedule.cpp.o] Error 1",
    ]
    fixed = dict(enumerate(head, 1))
    fixed.update(enumerate(cause, ERROR_LINE - 1))
    fixed[LINES - 1] = EXIT_TEXT
    fixed[LINES] = f"##[section]Finishing: {title}"
    return fixed
