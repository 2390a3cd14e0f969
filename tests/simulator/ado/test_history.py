"""Pipeline 85, whose tests pass and fail over 24 runs on main; README.md tells which does what."""

from __future__ import annotations

from datetime import timedelta

from .blueprint import failing, job, stage, step
from .history import build
from .ids import EPOCH, commit_id
from .model import Build, Definition, Project, Stage, TestResult
from .poison import poisoned_log

PIPELINE = 85
FIRST, LAST = 4501, 4524
WITHOUT_TESTS = (4510, 4515)
FLAKY = (4503, 4506, 4507, 4512, 4519, 4522, 4524)
BROKEN_SINCE = 4519
REFUSED = "java.net.ConnectException: Connection refused: gateway.test:8443"
SUITE = "checkout/build/test-results"


def _frames(name: str, line: int) -> str:
    owner, _, method = name.rpartition(".")
    file = owner.rpartition(".")[2]
    own = f"\tat {owner}.{method}({file}.java:{line})\n"
    rest = "".join(f"\tat org.junit.runner.Step{n}.run(Step{n}.java:{40 + n})\n" for n in range(30))
    return own + rest


def _result(name: str, failed: bool, message: str = "", line: int = 10) -> TestResult:
    if not failed:
        return TestResult(name, "Passed", milliseconds=8, storage=SUITE)
    return TestResult(name, "Failed", message, _frames(name, line), 41, SUITE)


def _tests(number: int) -> list[TestResult]:
    """What a run on main said; the last one also has a test that is new."""
    last = number == LAST
    rounding = f"org.opentest4j.AssertionFailedError: expected: <2.68> but was: <2.67> after {number * 977} ns"
    found = [
        _result("checkout.CartTest.addsTwoPrices", False),
        _result("checkout.PaymentTest.retriesAfterTimeout", number in FLAKY, "Timed out after 5003 ms", 88),
        _result("checkout.TaxTest.roundsHalfEven", number >= BROKEN_SINCE, rounding, 31),
        _result("checkout.StockTest.reservesTheLastItem", last, "expected: <0> but was: <1>", 54),
        *(_result(f"checkout.GatewayTest.{each}", last, REFUSED, 19) for each in ("charges", "refunds", "voids")),
        TestResult("checkout.OldTest.isSkipped", "NotExecuted", storage=SUITE),
    ]
    if last:
        found.append(_result("checkout.CouponTest.rejectsExpired", True, "expected: <REJECTED> but was: <null>", 12))
    return found


def _stages(made: Build, attempt: int) -> list[Stage]:
    good = stage("Build", job("Build", "checkout", step("Compile")))
    bad = any(each.outcome == "Failed" for each in made.tests)
    run = failing("Run tests", ["Tests run: 8, Failures: 1"], 1) if bad else step("Run tests")
    tests = stage("Test", job("JUnit", "checkout", run))
    for each in (tests, *tests.jobs):
        each.attempt = attempt
    return [good, tests]


def add_test_history(payments: Project) -> None:
    payments.definitions[PIPELINE] = Definition(PIPELINE, "checkout-tests", "checkout", stages=("Build", "Test"))
    payments.branches["checkout"] = {
        f"refs/heads/{name}": commit_id("checkout", name, "head") for name in ("main", "feature/coupons")
    }
    for number in range(FIRST, LAST + 1):
        day = EPOCH - timedelta(days=30, hours=2 * (LAST - number))
        result = "canceled" if number in WITHOUT_TESTS else "succeeded"
        made = build(payments, number, PIPELINE, day, result=result, minutes=7)
        made.expanded_yaml = True
        if number in WITHOUT_TESTS:
            continue
        made.tests = _tests(number)
        made.attempts = [_stages(made, 1)]
        if any(each.outcome == "Failed" for each in made.tests):
            made.result = "failed"
    last = payments.builds[LAST]
    last.attempts = [_stages(last, 1), _stages(last, 2)]
    last.artifacts = ["drop", "test-logs", "legacy"]
    _on_a_branch(payments)


def _on_a_branch(payments: Project) -> None:
    """4525, the first run of a branch; what its failed test said is hostile."""
    day = EPOCH - timedelta(days=29, hours=20)
    made = build(payments, LAST + 1, PIPELINE, day, result="failed", branch="feature/coupons", minutes=7)
    made.tests = [
        _result("checkout.CartTest.addsTwoPrices", False),
        _result("checkout.TaxTest.roundsHalfEven", True, "\n".join(poisoned_log()), 31),
    ]
    made.attempts = [_stages(made, 1)]
