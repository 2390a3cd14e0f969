"""Runs of deploy-api and deploy-ledger that wait for approvals, deploy, failed to, or did at the second attempt."""

from __future__ import annotations

from datetime import timedelta

from .blueprint import failing, job, pending_stage, running_stage, stage, step
from .history import build
from .ids import EPOCH
from .logs import recorded
from .model import Build, Project, Stage

CHECKS = ["Checkpoint.Authorization", "Checkpoint.Approval"]


def add_gates(payments: Project) -> None:
    _waiting(payments, 4951, 65, hours=6)
    _waiting(payments, 4952, 64, hours=30)
    _second_attempt_4953(payments)
    _failed_4954(payments)
    _deploying_4955(payments)


def _made(payments: Project, number: int, definition: int, hours: float, status: str, result: str | None) -> Build:
    return build(payments, number, definition, EPOCH - timedelta(hours=hours), status=status, result=result)


def _good(made: Build, name: str) -> Stage:
    repository = made.definition.repository
    return stage(name, job(name, repository, step(f"Run {name.lower()}", seconds=30)))


def _bad(made: Build) -> Stage:
    return stage("Deploy", job("Deploy", made.definition.repository, failing("Roll out", recorded("npm_ci"), 1)))


def _waiting(payments: Project, number: int, definition: int, hours: float) -> None:
    made = _made(payments, number, definition, hours, "inProgress", None)
    made.attempts = [[_good(made, "Build"), _good(made, "Test"), pending_stage("Deploy", checkpoints=CHECKS)]]


def _second_attempt_4953(payments: Project) -> None:
    made = _made(payments, 4953, 65, 54, "completed", "succeeded")
    again = _good(made, "Deploy")
    again.attempt = again.jobs[0].attempt = 2
    before = [_good(made, "Build"), _good(made, "Test")]
    made.attempts = [[*before, _bad(made)], [*before, again]]


def _failed_4954(payments: Project) -> None:
    made = _made(payments, 4954, 65, 29, "completed", "failed")
    made.attempts = [[_good(made, "Build"), _good(made, "Test"), _bad(made)]]


def _deploying_4955(payments: Project) -> None:
    made = _made(payments, 4955, 65, 0.2, "inProgress", None)
    made.attempts = [[_good(made, "Build"), _good(made, "Test"), running_stage("Deploy", made.definition.repository)]]
