"""Classic releases of Payments: two definitions, Dev, QA and Prod each, deployments in every state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from .catalog import PEOPLE
from .ids import EPOCH
from .model import Person

ENVIRONMENTS = ("Dev", "QA", "Prod")
# deployment status, operation status, status of the release's environment
STATES = {
    "succeeded": ("succeeded", "PhaseSucceeded", "succeeded"),
    "failed": ("failed", "PhaseFailed", "rejected"),
    "partial": ("partiallySucceeded", "PhasePartiallySucceeded", "partiallySucceeded"),
    "waiting": ("notDeployed", "Pending", "inProgress"),
    "running": ("inProgress", "PhaseInProgress", "inProgress"),
    "rejected": ("notDeployed", "Rejected", "rejected"),
    "canceled": ("failed", "PhaseCanceled", "canceled"),
    "queued": ("notDeployed", "QueuedForAgent", "queued"),
    "scheduled": ("notDeployed", "Scheduled", "scheduled"),
    "deferred": ("notDeployed", "Deferred", "scheduled"),
    "manual": ("inProgress", "ManualInterventionPending", "inProgress"),
    "gates": ("inProgress", "EvaluatingGates", "inProgress"),
    "gate_failed": ("failed", "GateFailed", "rejected"),
}
# What became of each release in Dev, QA and Prod; 110 of definition 2 and 109 of definition 1 are the newest.
STORY = {
    101: ("succeeded", "succeeded", "succeeded"),
    102: ("succeeded", "partial", "rejected"),
    103: ("succeeded", "succeeded", "failed"),
    104: ("succeeded", "succeeded", "succeeded"),
    105: ("canceled", "queued", "deferred"),
    106: ("succeeded", "gate_failed", "scheduled"),
    107: ("succeeded", "succeeded", "manual"),
    108: ("succeeded", "running", "waiting"),
    109: ("succeeded", "failed", "gates"),
    110: ("succeeded", "succeeded", "waiting"),
}


@dataclass(frozen=True)
class ReleaseDefinition:
    id: int
    name: str

    def environment_id(self, name: str) -> int:
        """1..3 for the first definition, 4..6 for the second."""
        return (self.id - 1) * 3 + ENVIRONMENTS.index(name) + 1


@dataclass(frozen=True)
class Deployment:
    id: int
    release: Release
    environment: str
    attempt: int
    state: str
    requested_by: Person
    queued: datetime

    @property
    def environment_id(self) -> int:
        """The environment's id within the release."""
        return self.release.id * 10 + ENVIRONMENTS.index(self.environment)

    @property
    def statuses(self) -> tuple[str, str, str]:
        return STATES[self.state]

    @property
    def started(self) -> datetime | None:
        idle = ("waiting", "queued", "scheduled", "deferred", "rejected")
        return None if self.state in idle else self.queued + timedelta(seconds=20)

    @property
    def completed(self) -> datetime | None:
        done = ("succeeded", "failed", "partial", "canceled", "gate_failed")
        return self.queued + timedelta(minutes=7) if self.state in done else None

    @property
    def approval_id(self) -> int:
        return 1000 + self.id


@dataclass
class Release:
    id: int
    definition: ReleaseDefinition
    created: datetime
    created_by: Person
    branch: str
    build_id: int
    deployments: list[Deployment] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"Release-{self.id - 100}"


class ReleaseBook:
    """All of it; never changed once made."""

    def __init__(self, story: Mapping[int, tuple[str, ...]]) -> None:
        known = (ReleaseDefinition(1, "web-classic"), ReleaseDefinition(2, "ledger-classic"))
        self.definitions = {each.id: each for each in known if story}
        self.releases: dict[int, Release] = {}
        self.deployments: dict[int, Deployment] = {}
        for number, states in story.items():
            self._add(number, states)

    def _add(self, number: int, states: tuple[str, ...]) -> None:
        created = EPOCH - timedelta(hours=26 * (111 - number))
        who = PEOPLE[number % len(PEOPLE)]
        branch = "refs/heads/release/1.0" if number % 3 == 0 else "refs/heads/main"
        release = Release(number, self.definitions[2 - number % 2], created, who, branch, 4702)
        self.releases[number] = release
        for order, (environment, state) in enumerate(zip(ENVIRONMENTS, states, strict=True)):
            queued = created + timedelta(hours=2 * order)
            if (number, environment) == (103, "Prod"):  # failed twice
                self._deploy(release, environment, 1, "failed", who, queued - timedelta(minutes=30))
                self._deploy(release, environment, 2, state, who, queued)
            else:
                self._deploy(release, environment, 1, state, who, queued)

    def _deploy(
        self, release: Release, environment: str, attempt: int, state: str, who: Person, queued: datetime
    ) -> None:
        made = Deployment(201 + len(self.deployments), release, environment, attempt, state, who, queued)
        self.deployments[made.id] = made
        release.deployments.append(made)
