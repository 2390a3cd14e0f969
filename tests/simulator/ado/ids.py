"""Stable identifiers and the two time formats: the REST API's and the agent log's."""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime, timedelta, timezone

ORGANIZATION = "contoso"
EPOCH = datetime(2026, 11, 23, 12, 0, 0, tzinfo=timezone.utc)  # "now" of the recorded history
_NAMESPACE = uuid.UUID("5d0c2a6e-7a4b-4f0e-9a52-0c6f3f9c1b11")


def guid(*parts: object) -> str:
    """The same GUID for the same parts, on every machine."""
    return str(uuid.uuid5(_NAMESPACE, "/".join(str(part) for part in parts)))


def commit_id(*parts: object) -> str:
    """A 40-digit commit id made of the parts."""
    return hashlib.sha1("/".join(str(part) for part in parts).encode()).hexdigest()


def iso(moment: datetime) -> str:
    """2026-11-23T09:14:55.1234560Z, as the REST API and the agent write times."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond * 10:07d}Z"


def parse_iso(text: str) -> datetime:
    """Reads what `iso` writes, and shorter forms; ValueError for anything else."""
    body, _, fraction = text.strip().removesuffix("Z").partition(".")
    moment = datetime.fromisoformat(body.replace(" ", "+"))
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    digits = fraction[:6].ljust(6, "0") if fraction else "0"
    return moment + timedelta(microseconds=int(digits))
