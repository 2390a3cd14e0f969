"""The failed runs with a recorded log; the table in README.md says what is true of each."""

from __future__ import annotations

from datetime import timedelta

from .big_log import EXIT_TEXT, BigLog
from .blueprint import failing, job, skipped_stage, stage, step
from .catalog import AVERY, ROBIN, SASHA
from .history import build
from .ids import EPOCH, commit_id
from .logs import recorded
from .model import Build, Change, Issue, Project, Stage, Task, TestResult

# run id, pipeline, log, step, command, exit code
RECORDED = (
    (4721, 31, "clang", "Compile with clang", "cmake -S . -B build && cmake --build build", 2),
    (4722, 32, "linker", "Link", "cmake -S . -B build && cmake --build build", 2),
    (4723, 33, "cmake", "Configure", "cmake -S . -B build -DCMAKE_BUILD_TYPE=Release", 1),
    (4724, 34, "gtest", "Run unit tests", "ctest --test-dir build --output-on-failure", 8),
    (4725, 35, "pytest", "Run pytest", "python -m pytest -v", 1),
    (4726, 36, "npm", "Install packages", "npm install", 1),
    (4727, 36, "npm_ci", "Install packages", "npm ci", 1),
    (4728, 37, "go", "go test", "go test -v ./...", 1),
    (4729, 38, "cargo", "cargo build", "cargo build", 101),
    (4730, 39, "apt", "Install packages", "apt-get install -y libpayments-dev", 100),
    (4731, 40, "buildah", "Build image", "buildah build -t contoso/web:build .", 3),
    (4732, 41, "terraform", "Validate", "terraform init && terraform validate", 1),
    (4734, 43, "maven", "Maven compile", "mvn -B -ntp -o compile", 1),
)


def add_failures(payments: Project) -> None:
    _api_ci_4711(payments)
    _monolith_4800(payments)
    for number, definition, log, name, command, code in RECORDED:
        made = _failed(payments, number, definition)
        body = recorded(log)
        made.attempts = [_build_fails(made, failing(name, body, code, command=command))]
    _tests_of_gtest(payments.builds[4724])
    _tests_of_pytest(payments.builds[4725])
    _typescript_4733(payments)


def _failed(project: Project, number: int, definition: int) -> Build:
    return build(
        project, number, definition, EPOCH - timedelta(minutes=13 * (4760 - number)), result="failed", minutes=3
    )


def _build_fails(made: Build, bad: Task) -> list[Stage]:
    """Build fails, what follows is skipped."""
    first, *others = made.definition.stages
    repository = made.definition.repository
    later = step("Collect artifacts")
    return [
        stage(first, job(first, repository, step("Prepare"), bad, later)),
        *(skipped_stage(name) for name in others),
    ]


def _api_ci_4711(payments: Project) -> None:
    made = build(payments, 4711, 12, EPOCH - timedelta(hours=2), result="failed", person=AVERY, minutes=4)
    made.commit = payments.branches["payments-api"]["refs/heads/main"]
    compile_gcc = failing("Compile", recorded("gcc"), 2, seconds=71, command="cmake --build build -- -k")
    gcc = job("Linux gcc", "payments-api", step("Restore cache"), compile_gcc, step("Upload binaries"))
    lint = job("Lint", "payments-api", step("clang-format"), agent="Azure Pipelines 7")
    made.attempts = [
        [stage("Build", gcc, lint), skipped_stage("Test", "Unit tests", "Contract tests"), skipped_stage("Publish")]
    ]
    texts = (
        (AVERY, "Refund: return the balance afterwards"),
        (ROBIN, "Ledger: keep entries in a vector"),
        (SASHA, "Docs: how a refund is booked"),
    )
    made.changes = [
        Change(
            made.commit if n == 0 else commit_id("4711", n), who, text, made.queue_time - timedelta(minutes=6 + 35 * n)
        )
        for n, (who, text) in enumerate(texts)
    ]


def _monolith_4800(payments: Project) -> None:
    """48 logs: six jobs with seven each, and Compile with six: without its joined one, so that one alone is huge."""
    day = EPOCH - timedelta(hours=9)
    made = build(payments, 4800, 13, day, result="failed", minutes=46, reason="schedule")
    big = BigLog(day + timedelta(seconds=60), 1800, "Compile everything")
    bad = Task(
        "Compile everything",
        result="failed",
        seconds=1800,
        log=big,
        issues=[Issue(EXIT_TEXT.removeprefix("##[error]"))],
    )
    compile_job = job("Compile", "monolith", step("Restore packages", seconds=44), bad, joined_log=False)
    compile_job.tasks = [task for task in compile_job.tasks if task.result != "skipped"]
    others = ("Headers", "Schemas", "Docs", "Licences", "Web assets", "Migrations")
    body = [f"checked {n:04d} of 0400: ok" for n in range(1, 401)]
    checks = [job(name, "monolith", step("Restore packages"), step(f"Check {name.lower()}", body)) for name in others]
    made.attempts = [[stage("Build", *checks, compile_job), skipped_stage("Test"), skipped_stage("Publish")]]


def _tests_of_gtest(made: Build) -> None:
    message = (
        "Expected equality of these values:\n  payments::round_half_even(25)\n    Which is: 3\n  2\n"
        "25 tenths lie halfway: the even neighbour is 2"
    )
    made.tests = [
        TestResult("Rounding.Down", "Passed"),
        TestResult("Rounding.Up", "Passed"),
        TestResult(
            "Rounding.HalfToEven",
            "Failed",
            message,
            "at /home/vsts/work/1/s/rounding_test.cpp:5",
            storage="rounding_test",
        ),
        TestResult("Rounding.Zero", "Passed"),
    ]


def _tests_of_pytest(made: Build) -> None:
    message = (
        "assert datetime.date(2026, 11, 22) == datetime.date(2026, 11, 24)\n"
        " +  where datetime.date(2026, 11, 22) = settlement_day(datetime.date(2026, 11, 20))"
    )
    stack = (
        "def test_weekend_is_skipped():\n        friday = date(2026, 11, 20)\n"
        ">       assert settlement_day(friday) == date(2026, 11, 24)\n\ntest_settlement.py:15: AssertionError"
    )
    made.tests = [TestResult(f"test_settlement.test_midweek[{n}]", "Passed") for n in (2, 3, 4)]
    made.tests.append(
        TestResult("test_settlement.test_weekend_is_skipped", "Failed", message, stack, 31.0, "test_settlement")
    )
    made.tests.append(TestResult("test_settlement.test_zero_days", "Passed"))


def _typescript_4733(payments: Project) -> None:
    """A problem matcher made issues of the compiler's messages: no log needs reading."""
    made = _failed(payments, 4733, 42)
    errors = recorded("tsc")
    issues = []
    for text in errors:
        place, _, message = text.partition(": error ")
        line, column = place.rpartition("(")[2].rstrip(")").split(",")
        code, _, message = message.partition(": ")
        data = {"sourcepath": place.partition("(")[0], "linenumber": line, "columnnumber": column, "code": code}
        issues.append(Issue(message, category="Code", data=data))
    bad = failing("tsc", [f"##[error]{text}" for text in errors], 2, command="npx tsc --pretty false")
    bad.issues = [*issues, *bad.issues]
    made.attempts = [_build_fails(made, bad)]
