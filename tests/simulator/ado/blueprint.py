"""Short ways to write jobs and stages: what every agent job begins and ends with, what a failure skips."""

from __future__ import annotations

from .model import Issue, Job, Stage, Task


def step(name: str, body: list[str] | None = None, *, seconds: float = 6.0, command: str = "") -> Task:
    """A script step that succeeds."""
    return Task(name, body=["done"] if body is None else body, seconds=seconds, command=command)


def failing(name: str, body: list[str], code: int, *, seconds: float = 40.0, command: str = "") -> Task:
    """A script step that ends with `code`, which is all that its issue says."""
    issue = Issue(f"Bash exited with code '{code}'.")
    return Task(name, result="failed", body=body, seconds=seconds, issues=[issue], command=command)


def job(name: str, repository: str, *steps: Task, agent: str = "Azure Pipelines 3", joined_log: bool = True) -> Job:
    """An agent job around the steps; those after the first that fails are skipped."""
    tasks = [
        Task("Initialize job", "initialize", seconds=5),
        Task(f"Checkout {repository}@main to s", "checkout", seconds=3),
    ]
    result = "succeeded"
    for task in steps:
        if result != "succeeded":
            task = Task(task.name, task.kind, result="skipped", body=None)
        elif task.result in ("failed", "canceled", "abandoned"):
            result = task.result
        tasks.append(task)
    tasks.append(Task(f"Post-job: Checkout {repository}@main to s", "checkout", seconds=1))
    tasks.append(Task("Finalize Job", "finalize", seconds=1))
    return Job(name, tasks, result=result, agent=agent, joined_log=joined_log)


def skipped_job(name: str) -> Job:
    return Job(name, result="skipped")


def stage(name: str, *jobs: Job) -> Stage:
    """A stage whose result follows from its jobs."""
    results = [each.result for each in jobs]
    result = next((worst for worst in ("failed", "abandoned", "canceled") if worst in results), "succeeded")
    result = "failed" if result == "abandoned" else result
    return Stage(name, list(jobs), result=result, checkpoints=["Checkpoint.Authorization"])


def skipped_stage(name: str, *job_names: str) -> Stage:
    return Stage(name, [skipped_job(each) for each in job_names or (name,)], result="skipped")


def pending_stage(name: str, *job_names: str, checkpoints: list[str] | None = None) -> Stage:
    jobs = [Job(each, result=None, state="pending") for each in job_names or (name,)]
    return Stage(name, jobs, result=None, state="pending", checkpoints=checkpoints or [])


def running_stage(name: str, repository: str) -> Stage:
    """A stage in the middle of its second step."""
    tasks = job(name, repository, step("Restore")).tasks[:3]
    tasks.append(Task("Compile", result=None, state="inProgress", seconds=0, body=["[ 12%] still going"]))
    return Stage(name, [Job(name, tasks, result=None, state="inProgress", joined_log=False)], None, "inProgress")
