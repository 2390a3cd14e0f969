"""What is done to a run that is there: a stage again, the end of all of it, a decision on its approval."""

from __future__ import annotations

from dataclasses import replace

from . import errors
from .blueprint import job, pending_stage, step
from .ids import EPOCH
from .model import ApprovalStep, Build, Ending, Job, Project, Stage, Task
from .world import World

APPROVAL = "Checkpoint.Approval"
OPEN = ("notStarted", "postponed", "inProgress")
LOOKS = 2  # at a run that is being cancelled, until it has ended


def retry(world: World, project: Project, build: Build, identifier: str, all_jobs: bool) -> None:
    """Another attempt of the stage; those after it that were skipped wait again."""
    with world.lock:
        world.plan(project, build)  # makes the stages of an ordinary run
        stages = build.attempts[-1]
        at = next((n for n, each in enumerate(stages) if _identifier(each) == identifier.lower()), None)
        if at is None:
            raise errors.no_stage(identifier, build.id)
        if build.status == "cancelling" or not _may_run_again(stages[at], all_jobs):
            raise errors.no_retry(stages[at].name, build.id)
        number = len(build.attempts) + 1
        again = [_again(stages[at], build, number, all_jobs)]
        later = [_waiting(each, number) if each.result == "skipped" else each for each in stages[at + 1 :]]
        build.attempts = [*build.attempts, [*stages[:at], *again, *later]]
        build.status, build.result, build.finish_time, build.ending = "inProgress", None, None, None
        world.changed(build)


def _identifier(stage: Stage) -> str:
    return stage.name.replace(" ", "_").lower()


def _may_run_again(stage: Stage, all_jobs: bool) -> bool:
    return stage.state == "completed" and stage.result != "skipped" and (all_jobs or stage.result != "succeeded")


def _again(stage: Stage, build: Build, number: int, all_jobs: bool) -> Stage:
    def one(each: Job) -> Job:
        if each.result == "succeeded" and not all_jobs:
            return each
        return _running(each.name, build, number)

    checkpoints = [each for each in stage.checkpoints if each != APPROVAL]
    return Stage(stage.name, [one(each) for each in stage.jobs], None, "inProgress", checkpoints, number)


def _running(name: str, build: Build, number: int) -> Job:
    tasks = job(name, build.definition.repository, step("Restore")).tasks[:3]
    tasks.append(Task("Run again", result=None, state="inProgress", seconds=0, body=["still going"]))
    return Job(name, tasks, result=None, state="inProgress", joined_log=False, attempt=number)


def _waiting(stage: Stage, number: int) -> Stage:
    made = pending_stage(stage.name, *(each.name for each in stage.jobs), checkpoints=stage.checkpoints)
    made.attempt = number
    for each in made.jobs:
        each.attempt = number
    return made


def cancel(world: World, build: Build) -> None:
    """It is being cancelled, and has ended at the second look."""
    with world.lock:
        if build.status == "cancelling":
            return
        if build.status not in OPEN:
            raise errors.no_change(build.id, build.status)
        build.status = "cancelling"
        build.ending = Ending(LOOKS, "canceled")


def decide(world: World, project: Project, build: Build, record: str, steps: list[ApprovalStep], ended: str) -> None:
    """Keeps who decided what. `ended`: what the whole approval has become, "" while it waits."""
    with world.lock:
        world.plan(project, build)
        build.decided = {**build.decided, record: steps}
        if not ended:
            return
        stages = build.attempts[-1]
        at = next(n for n, each in enumerate(stages) if each.state == "pending" and APPROVAL in each.checkpoints)
        went_on = _let_go(stages[at], build) if ended == "approved" else _refused(stages[at])
        build.attempts = [*build.attempts[:-1], [*stages[:at], went_on, *stages[at + 1 :]]]
        if ended == "rejected":
            build.status, build.result, build.finish_time = "completed", "failed", EPOCH
        world.changed(build)


def _let_go(stage: Stage, build: Build) -> Stage:
    jobs = [_running(each.name, build, stage.attempt) for each in stage.jobs]
    return replace(stage, jobs=jobs, state="inProgress")


def _refused(stage: Stage) -> Stage:
    jobs = [Job(each.name, result="skipped", attempt=stage.attempt) for each in stage.jobs]
    return replace(stage, jobs=jobs, state="completed", result="failed", refused=APPROVAL, refusal="failed")
