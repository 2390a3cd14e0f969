"""Failed runs whose shape is the point: infrastructure, attempts, downstream failures, missing logs.

Wording that only the service or its agent says is quoted from public issues; README.md names each.
"""

from __future__ import annotations

from datetime import timedelta

from .blueprint import failing, job, skipped_job, skipped_stage, stage, step
from .catalog import ROBIN
from .history import build
from .ids import EPOCH
from .logs import recorded
from .model import Build, Issue, Job, Project, Stage, Task
from .poison import CAUSE, poisoned_log

STOPPED_HEARING = (
    "We stopped hearing from agent Azure Pipelines 5. Verify the agent machine is running and has a healthy network "
    "connection. Anything that terminates an agent process, starves it for CPU, or blocks its network access can cause "
    "this error. For more information, see: https://go.microsoft.com/fwlink/?linkid=846610"
)
RAN_LONGER = (
    "The job running on agent Azure Pipelines 5 ran longer than the maximum time of 60 minutes. "
    "For more information, see https://go.microsoft.com/fwlink/?linkid=2077134"
)
WILL_BE_CANCELED = "The Operation will be canceled. The next steps may not contain expected logs."
WAS_CANCELED = "The operation was canceled."
NO_IMAGE = "An image label with the label ubuntu-18.04 does not exist."
PROVIDER_FAILED = "The remote provider was unable to process the request."
NO_SIGNTOOL = (
    "Unable to locate executable file: 'signtool'. Please verify either the file path exists or the file can be found "
    "within a directory specified by the PATH environment variable. Also check the file mode to verify the file is "
    "executable."
)


def add_incidents(payments: Project) -> None:
    _downstream_4741(payments)
    _attempts_4742(payments)
    _timeout_4743(payments)
    _agent_lost_4744(payments)
    _hosted_image_4745(payments)
    _canceled_4746(payments)
    _no_log_4747(payments)
    _poisoned_4748(payments)


def _incident(project: Project, number: int, definition: int, result: str = "failed", minutes: float = 6) -> Build:
    day = EPOCH - timedelta(minutes=17 * (4750 - number))
    return build(project, number, definition, day, result=result, minutes=minutes)


def _canceled(name: str, body: list[str], seconds: float) -> Task:
    """A script that the agent was told to stop."""
    said = [*body, f"##[error]{WILL_BE_CANCELED}", "##[error]Bash exited with code 'null'.", f"##[error]{WAS_CANCELED}"]
    return Task(name, result="canceled", seconds=seconds, body=said, issues=[Issue(WAS_CANCELED)])


def _downstream_4741(payments: Project) -> None:
    """x64 fails to link; arm64 is cancelled with it, Package and two stages never start, Report finds nothing."""
    made = _incident(payments, 4741, 50)
    x64 = job("Compile x64", "monolith", step("Restore"), failing("Compile", recorded("linker"), 2))
    arm = job(
        "Compile arm64",
        "monolith",
        step("Restore"),
        _canceled("Compile", recorded("linker")[:14], 33),
        agent="Azure Pipelines 6",
    )
    no_files = "No test result files matching '[ '**/TEST-*.xml' ]' were found."
    report = Task("Publish test results", "publish_tests", "failed", 3, [f"##[error]{no_files}"], [Issue(no_files)])
    made.attempts = [
        [
            stage("Build", x64, arm, skipped_job("Package")),
            skipped_stage("Integration tests", "Postgres", "Kafka"),
            skipped_stage("Deploy QA", "Deploy"),
            stage("Report", job("Report", "monolith", report)),
        ]
    ]


def _attempts_4742(payments: Project) -> None:
    """The first attempt failed in Chrome for want of a lock file; the second, in Firefox, on an assertion."""
    made = _incident(payments, 4742, 51, minutes=74)
    good = [stage("Build", job("Build", "web", step("Compile")))]
    chrome = job("Chrome", "web", failing("Install packages", recorded("npm_ci"), 1))
    first = [*good, stage("Test", chrome, job("Firefox", "web", step("Run browser tests"))), skipped_stage("Publish")]
    firefox = job("Firefox", "web", step("Install packages"), failing("Run browser tests", recorded("pytest"), 1))
    again = stage("Test", job("Chrome", "web", step("Install packages"), step("Run browser tests")), firefox)
    last = skipped_stage("Publish")
    for each in (again, last):
        each.attempt = 2
        for one in each.jobs:
            one.attempt = 2
    made.attempts = [first, [*good, again, last]]


def _lone(made: Build, each: Job, result: str = "failed") -> None:
    """One stage that holds the job, the rest skipped."""
    first, *others = made.definition.stages
    made.attempts = [[Stage(first, [each], result=result), *(skipped_stage(name) for name in others)]]


def _timeout_4743(payments: Project) -> None:
    made = _incident(payments, 4743, 52, minutes=61)
    body = [f"vus={50 + n % 7:03d} rps={2100 - n % 13} p95={180 + n % 31}ms" for n in range(600)]
    slow = job("Ramp up", "web", step("Install k6"), _canceled("Run load test", body, 3590), agent="Azure Pipelines 5")
    slow.issues = [Issue(RAN_LONGER)]
    _lone(made, slow)


def _agent_lost_4744(payments: Project) -> None:
    made = _incident(payments, 4744, 53, minutes=38)
    body = [f"epoch {n:03d} loss {1 / (n + 1):.5f}" for n in range(240)]
    lost = Task("Train", result="abandoned", seconds=1700, body=body)
    trained = job("Train", "fraud", step("Restore"), lost, agent="Azure Pipelines 5", joined_log=False)
    trained.tasks = trained.tasks[:4]  # nothing ran after the agent went away
    trained.issues = [Issue(STOPPED_HEARING)]
    _lone(made, trained)


def _hosted_image_4745(payments: Project) -> None:
    made = _incident(payments, 4745, 54, minutes=1)
    issues = [Issue(NO_IMAGE, type="warning"), Issue(PROVIDER_FAILED)]
    _lone(made, Job("Build image", result="failed", issues=issues))


def _canceled_4746(payments: Project) -> None:
    made = _incident(payments, 4746, 52, result="canceled", minutes=4)
    made.requested_for = ROBIN
    body = ["vus=050 rps=2099 p95=181ms"]
    _lone(made, job("Ramp up", "web", step("Install k6"), _canceled("Run load test", body, 200)), "canceled")


def _no_log_4747(payments: Project) -> None:
    made = _incident(payments, 4747, 55)
    silent = Task("Sign", result="failed", seconds=1, body=None, issues=[Issue(NO_SIGNTOOL)])
    _lone(made, job("Sign", "payments-api", step("Download drop"), silent))


def _poisoned_4748(payments: Project) -> None:
    made = _incident(payments, 4748, 56)
    bad = failing("Rotate keys", poisoned_log(), 1)
    bad.issues.insert(0, Issue(CAUSE))
    _lone(made, job("Rotate", "infrastructure", bad))
