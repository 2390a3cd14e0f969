"""What the organisation holds. Timelines and logs are derived from these, when asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .logs import Log


@dataclass(frozen=True)
class Person:
    name: str
    mail: str


@dataclass(frozen=True)
class Issue:
    """A timeline issue. `in_log` gives it the number of the log line that holds its message."""

    message: str
    type: str = "error"
    category: str = "General"
    data: dict[str, str] = field(default_factory=dict)
    in_log: bool = True


@dataclass
class Task:
    name: str
    kind: str = "bash"
    result: str | None = "succeeded"
    seconds: float = 4.0
    body: list[str] | None = field(default_factory=list)  # None: the task has no log
    issues: list[Issue] = field(default_factory=list)
    state: str = "completed"
    log: Log | None = None  # set when the body is not a list of lines
    command: str = ""


@dataclass
class Job:
    name: str
    tasks: list[Task] = field(default_factory=list)
    result: str | None = "succeeded"
    state: str = "completed"
    agent: str = "Azure Pipelines 3"
    issues: list[Issue] = field(default_factory=list)
    joined_log: bool = True
    attempt: int = 1
    phase_result: str | None = None  # where it isn't the job's
    queue: int = 18  # of the project's queues, see api_approvals


@dataclass
class Stage:
    name: str
    jobs: list[Job] = field(default_factory=list)
    result: str | None = "succeeded"
    state: str = "completed"
    checkpoints: list[str] = field(default_factory=list)
    attempt: int = 1
    refused: str = ""  # the check that let the stage not begin
    refusal: str | None = "failed"  # that check's result


@dataclass(frozen=True)
class Change:
    id: str
    author: Person
    message: str
    time: datetime


@dataclass(frozen=True)
class TestResult:
    name: str
    outcome: str
    message: str = ""
    stack: str = ""
    milliseconds: float = 12.0
    storage: str = "tests"


@dataclass
class Definition:
    id: int
    name: str
    repository: str  # of GitHub: owner/name
    folder: str = "\\"
    stages: tuple[str, ...] = ("Build", "Test", "Publish")
    queue_status: str = "enabled"
    repository_type: str = "TfsGit"  # or GitHub, TfsVersionControl
    default_branch: str = "refs/heads/main"
    mandatory: tuple[str, ...] = ()  # parameters of the YAML without a default


@dataclass(frozen=True)
class Deletion:
    time: datetime
    by: Person
    reason: str


@dataclass(frozen=True)
class ApprovalStep:
    assigned: Person
    status: str = "pending"
    comment: str = ""
    actual: Person | None = None


@dataclass
class Ending:
    """What becomes of an open run once it was read some times more."""

    reads: int
    what: str  # a result, or "approval": it comes to wait for one


@dataclass
class Build:
    id: int
    definition: Definition
    number: str
    branch: str  # full: refs/heads/… or $/…
    commit: str
    status: str
    result: str | None
    requested_for: Person
    queue_time: datetime
    start_time: datetime | None
    finish_time: datetime | None
    reason: str = "individualCI"
    attempts: list[list[Stage]] = field(default_factory=list)  # the last is the current one
    changes: list[Change] = field(default_factory=list)
    tests: list[TestResult] = field(default_factory=list)
    artifacts: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    template_parameters: dict[str, str] = field(default_factory=dict)
    variables: dict[str, dict[str, Any]] = field(default_factory=dict)
    deletion: Deletion | None = None
    gone_logs: tuple[int, ...] = ()  # in the timeline, though no longer kept
    timeline_gone: bool = False
    trigger_info: dict[str, str] = field(default_factory=dict)
    parameters: dict[str, str] = field(default_factory=dict)  # as the service's own triggers set them
    validation_errors: list[str] = field(default_factory=list)
    image: str = "20261116.1.0"  # version of the hosted agents' image
    revision: int = 7  # of its pipeline's definition
    queue_position: int | None = None
    demands: tuple[str, ...] = ()
    approvers: list[ApprovalStep] = field(default_factory=list)  # of its approvals; none: two people may
    decided: dict[str, list[ApprovalStep]] = field(default_factory=dict)  # by record: as people decided since
    ending: Ending | None = None
    expanded_yaml: bool = False  # logs 1 and 2 are the expanded YAML and that of the initialization


@dataclass
class Project:
    name: str
    id: str
    description: str
    definitions: dict[int, Definition] = field(default_factory=dict)
    branches: dict[str, dict[str, str]] = field(default_factory=dict)  # repository -> ref -> commit
    builds: dict[int, Build] = field(default_factory=dict)
    pushed: dict[str, list[str]] = field(default_factory=dict)  # repository -> heads that were pushed over
