"""The everyday runs around the failures that have a story."""

from __future__ import annotations

from datetime import datetime, timedelta

from .blueprint import failing, job, pending_stage, running_stage, skipped_stage, stage, step
from .catalog import PEOPLE
from .ids import EPOCH, commit_id
from .logs import recorded
from .model import Build, Change, Definition, Person, Project, Stage, Task

MESSAGES = (
    "Round half to even",
    "Raise the timeout of the ledger client",
    "Rename the settlement queue",
    "Remove the old fee table",
    "Bump the base image",
    "Say which currency was refused",
)


def build(
    project: Project,
    number: int,
    definition: int,
    day: datetime,
    *,
    result: str | None = "succeeded",
    status: str = "completed",
    branch: str = "main",
    person: Person | None = None,
    minutes: float = 9.0,
    reason: str = "individualCI",
) -> Build:
    """A build without stages, its commit and one change made up from its number."""
    made_by = person or PEOPLE[number % len(PEOPLE)]
    started = status not in ("notStarted", "postponed")
    commit = commit_id("build", number)
    made = Build(
        id=number,
        definition=project.definitions[definition],
        number="",  # given by number_builds, when all of them are there
        branch=f"refs/heads/{branch}",
        commit=commit,
        status=status,
        result=result if status == "completed" else None,
        requested_for=made_by,
        queue_time=day,
        start_time=day + timedelta(seconds=11) if started else None,
        finish_time=day + timedelta(seconds=11, minutes=minutes) if status == "completed" else None,
        reason=reason,
    )
    made.changes = [Change(commit, made_by, MESSAGES[number % len(MESSAGES)], day - timedelta(minutes=4))]
    made.artifacts = ["drop"] if made.result == "succeeded" else []
    project.builds[number] = made
    return made


def number_builds(project: Project) -> None:
    """Build numbers as $(date:yyyyMMdd)$(rev:.r) gives them: counted by pipeline and day."""
    counts: dict[tuple[int, str], int] = {}
    for made in sorted(project.builds.values(), key=lambda each: each.queue_time):
        day = f"{made.queue_time:%Y%m%d}"
        key = (made.definition.id, day)
        counts[key] = counts.get(key, 0) + 1
        made.number = f"{day}.{counts[key]}"


def ordinary_stages(definition: Definition, result: str | None, status: str) -> list[Stage]:
    """Stages that fit the build's state, with small logs."""
    first, *others = definition.stages
    if status in ("notStarted", "postponed"):
        return [pending_stage(name) for name in definition.stages] if status == "notStarted" else []
    if status == "inProgress" and others[-1] == "Deploy":
        return _waiting_for_approval(definition)
    if status in ("inProgress", "cancelling"):
        return [running_stage(first, definition.repository), *(pending_stage(name) for name in others)]
    repository = definition.repository
    good = stage(first, job(first, repository, step("Restore"), step("Compile", recorded("gcc")[:13], seconds=90)))
    if result in ("succeeded", "partiallySucceeded"):
        rest = [stage(name, job(name, repository, step(f"Run {name.lower()}", seconds=30))) for name in others]
        if result == "partiallySucceeded":
            rest[0].result = "succeededWithIssues"
            rest[0].jobs[0].result = "succeededWithIssues"
        return [good, *rest]
    if result == "canceled":
        stopped = Task(
            "Run tests",
            result="canceled",
            seconds=30,
            body=["1/4 Test #1: Rounding.Down", "##[error]The operation was canceled."],
        )
        return [good, stage(others[0], job(others[0], repository, stopped)), *(skipped_stage(n) for n in others[1:])]
    bad = stage(first, job(first, repository, step("Restore"), failing("Compile", recorded("linker"), 2)))
    return [bad, *(skipped_stage(name) for name in others)]


def _waiting_for_approval(definition: Definition) -> list[Stage]:
    """All is done but the last stage, which somebody has to approve."""
    *done, last = definition.stages
    stages = [stage(name, job(name, definition.repository, step(f"Run {name.lower()}"))) for name in done]
    return [*stages, pending_stage(last, checkpoints=["Checkpoint.Authorization", "Checkpoint.Approval"])]


STATES = (
    ("completed", "succeeded"),
    ("completed", "succeeded"),
    ("completed", "partiallySucceeded"),
    ("completed", "succeeded"),
    ("completed", "failed"),
    ("completed", "succeeded"),
    ("completed", "canceled"),
)
OPEN_STATES = {4876: "postponed", 4877: "cancelling", 4878: "inProgress", 4879: "notStarted"}


def add_history(payments: Project, platform: Project, secret: Project) -> None:
    _api_ci(payments)
    _deploy_web(payments)
    for number, definition, result in ((6001, 70, "succeeded"), (6002, 70, "failed"), (6003, 71, "succeeded")):
        build(platform, number, definition, EPOCH - timedelta(days=2, minutes=number - 6000), result=result)
    build(secret, 9001, 90, EPOCH - timedelta(days=1), result="failed")


def _api_ci(payments: Project) -> None:
    """4640..4710: mostly good, 4702 the last good one on main before 4711."""
    for number in range(4640, 4711):
        behind = 4711 - number
        day = EPOCH - timedelta(hours=3 * behind + 1)
        branch, result = ("main", "succeeded")
        if number > 4702 or number % 9 == 0:
            branch, result = ("feature/refunds", "failed" if number % 2 else "succeeded")
        elif number % 7 == 0:
            result = "partiallySucceeded" if number % 2 else "failed"
        build(payments, number, 12, day, result=result, branch=branch)


def _deploy_web(payments: Project) -> None:
    """4810..4879: 70 runs on three branches in every state."""
    for number in range(4810, 4880):
        day = EPOCH - timedelta(minutes=47 * (4880 - number))
        status, result = STATES[number % len(STATES)]
        if number in OPEN_STATES:
            status = OPEN_STATES[number]
        branch = ("main", "main", "release/1.0", "feature/x")[number % 4]
        reason = "manual" if number % 5 == 0 else "individualCI"
        build(
            payments,
            number,
            20,
            day,
            result=result,
            status=status,
            branch=branch,
            reason=reason,
        )
