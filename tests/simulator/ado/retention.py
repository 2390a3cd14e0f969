"""Runs of which not everything is kept any more, and one that never began: its YAML was refused."""

from __future__ import annotations

from datetime import timedelta

from .blueprint import failing, job, skipped_stage, stage
from .catalog import ROBIN, SERVICE
from .history import build
from .ids import EPOCH
from .logs import recorded
from .model import Build, Deletion, Project

# Reasons as a person and as the retention policy leave them.
BY_HAND = "Deleted manually by user"
BY_POLICY = "Retention policy"


def add_retention(payments: Project) -> None:
    _deleted_4771_4772(payments)
    _logs_gone_4773_4774(payments)
    _timeline_gone_4775(payments)
    _refused_yaml_4776(payments)


def _old(project: Project, number: int, definition: int) -> Build:
    day = EPOCH - timedelta(days=20, minutes=11 * (4800 - number))
    return build(project, number, definition, day, result="failed", minutes=7)


def _deleted_4771_4772(payments: Project) -> None:
    _old(payments, 4771, 55).deletion = Deletion(EPOCH - timedelta(days=3), ROBIN, BY_HAND)
    _old(payments, 4772, 55).deletion = Deletion(EPOCH - timedelta(days=2), SERVICE, BY_POLICY)


def _two_jobs(made: Build) -> None:
    """Two jobs that fail by themselves: the logs of their failing tasks are 3 and 8."""
    first, *others = made.definition.stages
    jobs = [
        job(name, "infrastructure", failing("Check", recorded(log), 1), joined_log=False)
        for name, log in (("Plan", "terraform"), ("Lint", "tsc"))
    ]
    made.attempts = [[stage(first, *jobs), *(skipped_stage(name) for name in others)]]


def _logs_gone_4773_4774(payments: Project) -> None:
    """4773 has lost one of the two logs that tell why it failed, 4774 all logs."""
    some, everything = _old(payments, 4773, 60), _old(payments, 4774, 60)
    _two_jobs(some)
    _two_jobs(everything)
    some.gone_logs = (3,)
    everything.gone_logs = tuple(range(1, 40))


def _timeline_gone_4775(payments: Project) -> None:
    _old(payments, 4775, 60).timeline_gone = True


def _refused_yaml_4776(payments: Project) -> None:
    made = _old(payments, 4776, 60)
    made.start_time = made.queue_time
    made.attempts = [[]]  # so that it has no timeline
    made.validation_errors = [
        f"/azure-pipelines.yml (Line: {10 + n}, Col: 3): Unexpected value 'stepz{n}'" for n in range(24)
    ]
