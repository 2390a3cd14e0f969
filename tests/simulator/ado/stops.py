"""Failed runs that something outside of their scripts ended, and one with many failed jobs."""

from __future__ import annotations

from datetime import timedelta

from .blueprint import failing, job, skipped_stage, stage, step
from .history import build
from .ids import EPOCH
from .logs import recorded
from .model import Build, Issue, Job, Project, Stage, Task

DEPROVISIONED = "Received request to deprovision: The request was cancelled by the remote provider."
PROVISIONING = "An error occurred while provisioning resources (Error Type: Disconnect)."
APPROVAL = "Checkpoint.Approval"
CHECKS = ["Checkpoint.Authorization", APPROVAL]
MATRIX = tuple(
    f"{system} {compiler} {kind}"
    for system in ("linux", "musl", "arm64")
    for compiler in ("gcc", "clang")
    for kind in ("debug", "release", "asan")
)


def add_stops(payments: Project) -> None:
    _machine_taken_4761(payments)
    _machine_failed_4762(payments)
    _matrix_4763(payments)
    _rejected_4764(payments)
    _expired_4765(payments)
    _rejected_again_4766(payments)


def _stopped(project: Project, number: int, definition: int, minutes: float = 6) -> Build:
    day = EPOCH - timedelta(hours=12, minutes=19 * (4770 - number))
    return build(project, number, definition, day, result="failed", minutes=minutes)


def _lost_job(name: str, result: str, running: Task, issues: list[Issue]) -> Job:
    """The task that ran has no log and no issue; those after it are recorded as abandoned, without any time."""
    lost = job(name, "web-shop", step("Restore"), running, joined_log=False)
    later = ("Package", "Sign", "Notarise", "Publish logs", "Post-job: Checkout web-shop@main to s")
    lost.tasks = lost.tasks[:4] + [Task(each, result="abandoned", seconds=0, body=None) for each in later]
    lost.result, lost.issues = result, issues
    return lost


def _machine_taken_4761(payments: Project) -> None:
    """Only a warning of the job says why; its task is failed, and the phase canceled."""
    made = _stopped(payments, 4761, 63, minutes=81)
    running = Task("Download artifacts", result="failed", seconds=4800, body=None)
    lost = _lost_job("Installer arm64", "failed", running, [Issue(DEPROVISIONED, type="warning")])
    lost.phase_result = "canceled"
    good = job("Installer x64", "web-shop", step("Restore"), step("Package"), agent="Azure Pipelines 8")
    first, *others = made.definition.stages
    made.attempts = [[stage(first, lost, good), *(skipped_stage(each) for each in others)]]


def _machine_failed_4762(payments: Project) -> None:
    """The job is canceled, with an error and a warning; beside it another job fails by itself."""
    made = _stopped(payments, 4762, 63, minutes=134)
    running = Task("Build product", result="canceled", seconds=8000, body=None)
    issues = [Issue(PROVISIONING), Issue(DEPROVISIONED, type="warning")]
    lost = _lost_job("Installer arm64", "canceled", running, issues)
    bad = job("Installer x64", "web-shop", step("Restore"), failing("Package", recorded("npm"), 1))
    first, *others = made.definition.stages
    made.attempts = [[stage(first, bad, lost), *(skipped_stage(each) for each in others)]]


def _matrix_4763(payments: Project) -> None:
    """20 of 20 jobs: 18 of a matrix fail alike, Tests and Lint for reasons of their own."""
    made = _stopped(payments, 4763, 62, minutes=9)
    jobs = [job(each, "payments-core", failing("Compile", recorded("gcc"), 2)) for each in MATRIX]
    jobs.append(job("Tests", "payments-core", failing("Run pytest", recorded("pytest"), 1)))
    jobs.append(job("Lint", "payments-core", failing("Check types", recorded("tsc"), 2)))
    first, *others = made.definition.stages
    made.attempts = [[stage(first, *jobs), *(skipped_stage(each) for each in others)]]


def _gated(result: str, refusal: str) -> Stage:
    skipped = [Job("Deploy", result="skipped")]
    return Stage("Deploy", skipped, result=result, checkpoints=CHECKS, refused=APPROVAL, refusal=refusal)


def _good(name: str) -> Stage:
    return stage(name, job(name, "web", step(f"Run {name.lower()}")))


def _rejected_4764(payments: Project) -> None:
    made = _stopped(payments, 4764, 61)
    made.attempts = [[_good("Build"), _good("Test"), _gated("failed", "failed")]]


def _expired_4765(payments: Project) -> None:
    """Nobody decided: the checkpoint failed, its stage never began."""
    made = _stopped(payments, 4765, 61)
    made.attempts = [[_good("Build"), _good("Test"), _gated("skipped", "skipped")]]


def _rejected_again_4766(payments: Project) -> None:
    """Test ran twice; the checkpoint of Deploy, rejected, is of its first attempt."""
    made = _stopped(payments, 4766, 61, minutes=70)
    bad = stage("Test", job("Test", "web", failing("Run tests", recorded("pytest"), 1)))
    again = _good("Test")
    again.attempt = again.jobs[0].attempt = 2
    made.attempts = [
        [_good("Build"), bad, skipped_stage("Deploy")],
        [_good("Build"), again, _gated_again()],
    ]


def _gated_again() -> Stage:
    gated = _gated("failed", "failed")
    gated.attempt = 2
    return gated
