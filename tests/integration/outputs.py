"""What must hold for everything that a host ever put out: no secret in it, and every operation
with one start and one outcome."""

import collections
import json


def leaks(texts, canaries):
    """The canaries that stand in one of the texts, with a little of what is around them."""
    found = []
    for text in texts:
        for canary in canaries:
            at = text.find(canary)
            if at >= 0:
                found.append(f"{canary[:6]}… in: {text[max(0, at - 80):at]}")
    return found


def records(lines):
    """The audit's records among the lines of a file or of standard output."""
    return [json.loads(line) for line in lines if line.startswith("{") and '"event"' in line]


def unpaired(audit):
    """Call ids that have not exactly one start and one outcome."""
    counts = collections.Counter(
        (record["call_id"], record["event"]) for record in audit if "call_id" in record
    )
    calls = {call for call, _ in counts}
    return [
        call
        for call in sorted(calls)
        if counts[call, "started"] != 1 or counts[call, "finished"] != 1
    ]
