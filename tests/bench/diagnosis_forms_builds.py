"""How compilers and tests of C, Go, Python, Java and Scala tell of failures: for diagnosis_made_up.py."""
from diagnosis_maker import BOLD, OFF, RED, colour, expected, noise


def gcc(m):
    for i in m.times(5, 120):
        m(m.pick(f"[{i}/200] Building CXX object {m.path('.cpp.o')}", f"g++ -O2 -Wall -Werror -c {m.path('.c')} -o {m.noun()}.o"))
    where = f"{m.path('.cpp')}:{m.number()}:{m.number(1, 80)}"
    m.mark(*m.pick([], [f"{m.path('.cpp')}: In function 'int {m.noun()}()':"]), colour(m, f"{where}: error: ", BOLD) + m.pick(
        f"'{m.noun()}' was not declared in this scope", f"no matching function for call to '{m.noun()}(int)'", "expected ';' before '}' token",
        f"unused variable '{m.noun()}' [-Werror=unused-variable]"),
           f"   {m.noun()} = {m.noun()}({m.noun()});", f"          {'^' + '~' * m.number(2, 12)}")
    for i in m.times(0, 10):
        m(f"[{i}/200] Building CXX object {m.path('.cpp.o')}")
    m(*m.pick(["ninja: build stopped: subcommand failed."], [f"make[2]: *** [{m.noun()}.o] Error 1", "make[1]: *** [all] Error 2", "make: *** [all] Error 2"],
              [f"Makefile:{m.number()}: recipe for target '{m.noun()}' failed", "make: *** [all] Error 1"]))


def linker(m):
    for i in m.times(5, 60):
        m(f"[{i}%] Building C object {m.path('.c.o')}")
    m.mark(f"{m.path('.o')}: In function `{m.noun()}':", f"{m.path('.c')}:{m.number()}: undefined reference to `{m.snake()}'",
           "collect2: error: ld returned 1 exit status")
    m("make: *** [all] Error 1")


def gtest(m):
    for _ in m.times(3, 150):
        n = f"{m.name()}.{m.name()}"
        m(f"[ RUN      ] {n}", f"[       OK ] {n} (0 ms)")
    n, (a, b) = f"{m.name()}.{m.name()}", expected(m)
    m(f"[ RUN      ] {n}")
    m.mark(f"{m.path('.cpp')}:{m.number()}: Failure", "Expected equality of these values:", f"  {m.noun()}", f"    Which is: {a}", f"  {b}",
           colour(m, "[  FAILED  ] ", RED) + f"{n} (1 ms)")
    for _ in m.times(0, 60):
        m(f"[       OK ] {m.name()}.{m.name()} (0 ms)")
    m("[==========] 200 tests ran.", "[  PASSED  ] 199 tests.", "[  FAILED  ] 1 test, listed below:", f"[  FAILED  ] {n}", "", " 1 FAILED TEST")


def go_test(m):
    for _ in m.times(2, 60):
        m(m.pick(f"ok  \texample.org/{m.noun()}/{m.noun()}\t0.{m.number()}s", f"=== RUN   Test{m.name()}", f"--- PASS: Test{m.name()} (0.00s)",
                 f"?   \texample.org/{m.noun()}\t[no test files]"))
    a, b = expected(m)
    n = f"Test{m.name()}"
    m.mark(f"--- FAIL: {n} (0.0{m.number(0, 9)}s)", f"    {m.snake()}_test.go:{m.number()}: {m.pick(f'got {a}, want {b}', f'unexpected error: {m.title()}', f'expected {a} but actual is {b}')}")
    for _ in m.times(0, 40):
        m(m.pick(f"--- PASS: Test{m.name()} (0.00s)", f"=== RUN   Test{m.name()}"))
    m("FAIL", f"FAIL\texample.org/{m.noun()}/{m.noun()}\t1.2s")
    for _ in m.times(0, 20):
        m(f"ok  \texample.org/{m.noun()}/{m.noun()}\t0.{m.number()}s")


def go_build(m):
    m(f"go build ./...")
    m.mark(f"# example.org/{m.noun()}/{m.noun()}", *[f"{m.path('.go')}:{m.number()}:{m.number(1, 60)}: {m.pick(f'undefined: {m.name()}', f'{m.noun()} declared but not used', 'syntax error: unexpected newline')}" for _ in range(m.number(1, 3))])


def pytest(m):
    m("============================= test session starts ==============================", "platform linux -- Python 3.7.1, pytest-5.0.1", f"collected {m.number()} items", "")
    long = m.some(0.5)
    for i in m.times(4, 150):
        m(f"{m.path('.py')}::test_{m.snake()} PASSED [{i % 100:3}%]" if long else f"{m.path('.py')} ...........................  [{i % 100:3}%]")
    m("", "=================================== FAILURES ===================================")
    for _ in range(m.number(1, 3)):
        a, b = expected(m)
        n = f"test_{m.snake()}"
        m.mark(f"______________________________ {n} ______________________________", "", f"    def {n}():", f"        {m.noun()} = {m.noun()}()",
               f">       assert {m.noun()} == {a}", colour(m, f"E       assert {b} == {a}", RED), f"E        +  where {b} = {m.noun()}()", "", colour(m, m.path(".py"), RED) + f":{m.number()}: AssertionError")
    m(*m.pick(["=========================== short test summary info ============================", f"FAILED {m.path('.py')}::{n} - assert {b} == {a}"], []),
      f"=============== 1 failed, {m.number()} passed, 2 warnings in 3.1 seconds ===============")


def traceback(m):
    noise(m, 3, 40)
    m.mark("Traceback (most recent call last):", *[x for _ in range(m.number(1, 6)) for x in (f'  File "{m.path(".py")}", line {m.number()}, in {m.noun()}', f"    {m.noun()}({m.noun()})")],
           m.pick(f"ModuleNotFoundError: No module named '{m.noun()}'", f"KeyError: '{m.noun()}'", f"ValueError: {m.title()}", f"AttributeError: module '{m.noun()}' has no attribute '{m.noun()}'"))


def unittest(m):
    m("." * m.number(10, 70) + "F" + "." * m.number(1, 30))
    n, (a, b) = f"test_{m.snake()}", expected(m)
    m.mark("=" * 70, f"FAIL: {n} ({m.noun()}.{m.name()})", "-" * 70, "Traceback (most recent call last):",
           f'  File "{m.path(".py")}", line {m.number()}, in {n}', f"    self.assertEqual({m.noun()}, {a})", f"AssertionError: {a} != {b}")
    m("", "-" * 70, "Ran 120 tests in 3.100s", "", "FAILED (failures=1, skipped=2)")


def flake8(m):
    m.mark(*[f"{m.path('.py')}:{m.number()}:{m.number(1, 90)}: {m.pick('E501 line too long (88 > 79 characters)', 'F401 unused import', 'W291 trailing whitespace', 'E302 expected 2 blank lines, found 1')}" for _ in range(m.number(1, 4))])


def maven(m):
    for _ in m.times(5, 80):
        m(m.pick(f"[INFO] --- maven-surefire-plugin:2.22:test (default-test) @ {m.noun()} ---", f"[INFO] Tests run: {m.number(1, 30)}, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 0.1 s - in org.example.{m.name()}Test",
                 f"Running org.example.{m.name()}Test", f"12:00:01.123 [main] ERROR org.example.{m.name()} - {m.title()}"))
    a, b = expected(m)
    n = f"{m.name()}Test"
    if m.some(0.5):
        m(f"[ERROR] Tests run: 3, Failures: 1, Errors: 0, Skipped: 0, Time elapsed: 0.2 s <<< FAILURE! - in org.example.{n}")
        m.mark(f"[ERROR] {m.snake()}(org.example.{n})  Time elapsed: 0.01 s  <<< FAILURE!", f"{m.pick('org.junit.ComparisonFailure', 'java.lang.AssertionError')}: expected:<{a}> but was:<{b}>",
               *[f"\tat org.example.{m.noun()}.{n}.{m.noun()}({n}.java:{m.number()})" for _ in range(m.number(1, 6))])
        m("", "[INFO] Results:", "[INFO] ", "[ERROR] Failures: ", f"[ERROR]   {n}.{m.noun()}:{m.number()} expected:<{a}> but was:<{b}>", "[INFO] ", "[ERROR] Tests run: 300, Failures: 1, Errors: 0, Skipped: 0")
    else:
        m("[INFO] -------------------------------------------------------------", "[ERROR] COMPILATION ERROR : ")
        m.mark(f"[ERROR] {m.path('.java')}:[{m.number()},{m.number(1, 60)}] {m.pick('cannot find symbol', 'incompatible types: String cannot be converted to int', f'package org.{m.noun()} does not exist')}", f"  symbol:   class {m.name()}", f"  location: class org.example.{m.name()}")
        m("[INFO] 1 error")
    m("[INFO] ------------------------------------------------------------------------", "[INFO] BUILD FAILURE", "[INFO] Total time:  20.1 s",
      "[ERROR] Failed to execute goal org.apache.maven.plugins:maven-surefire-plugin:2.22:test (default-test) on project app: There are test failures.",
      "[ERROR] -> [Help 1]", "[ERROR] To see the full stack trace of the errors, re-run Maven with the -e switch.")


def gradle(m):
    for _ in m.times(5, 60):
        m(m.pick(f"> Task :{m.noun()}:compileJava UP-TO-DATE", f"org.example.{m.name()}Test > {m.snake()} PASSED", f":{m.noun()}:processResources"))
    if m.some(0.5):
        m.mark(f"org.example.{m.name()}Test > {m.snake()} FAILED", f"    {m.pick('java.lang.AssertionError: expected:<1> but was:<2>', 'java.lang.NullPointerException', 'org.junit.ComparisonFailure: expected:<a> but was:<b>')}",
               *[f"        at org.example.{m.name()}Test.{m.noun()}({m.name()}Test.java:{m.number()})" for _ in range(m.number(1, 4))])
        for _ in m.times(0, 40):
            m(f"org.example.{m.name()}Test > {m.snake()} PASSED")
        m("300 tests completed, 1 failed")
    else:
        m.mark(f"{m.pick('e: ', '')}{m.path('.kt')}{m.pick(': (10, 5): ', ':12: error: ')}{m.pick(f'Unresolved reference: {m.noun()}', 'cannot find symbol', 'Type mismatch: inferred type is String but Int was expected')}")
    m("", "FAILURE: Build failed with an exception.", "", "* What went wrong:", f"Execution failed for task ':{m.noun()}:test'.", "> There were failing tests. See the report at: file:///home/vsts/work/1/s/build/reports/index.html",
      "", "* Try:", "Run with --stacktrace option to get the stack trace.", "", "BUILD FAILED in 1m 2s")


def sbt(m):
    def info(text):
        m(f"[{colour(m, 'info', OFF)}] {text}")
    def error(text):
        m.mark(f"[{colour(m, 'error', RED)}] {text}")
    if m.some(0.4):
        info(f"Compiling {m.number()} Scala sources to /home/vsts/work/1/s/target/classes ...")
        error(f"{m.path('.scala')}:{m.number()}:{m.number(1, 60)}: {m.pick(f'not found: value {m.noun()}', 'type mismatch;', f'value {m.noun()} is not a member of {m.name()}')}")
        error(f"      {m.noun()}.{m.noun()}(x)")
        error("            ^")
        m("[error] one error found", f"[error] ({m.noun()} / Compile / compileIncremental) Compilation failed", "[error] Total time: 119 s, completed Jan 1, 2020 12:00:00 PM")
        return
    for _ in m.times(3, 120):
        info(m.pick(f"- {m.title()}", f"{m.name()}Test:", f"- {m.title()}"))
        noise(m, 0, 2)
    info(f"{m.name()}Test:")
    tag = f"[{colour(m, 'info', OFF)}]"
    m.mark(f"{tag} - {m.title()} *** FAILED ***", f"{tag}   {m.pick('3 did not equal 4', 'java.lang.NullPointerException:', 'com.example.TimeoutException: 5.seconds')} ({m.name()}Test.scala:{m.number()})",
           *[f"{tag}   at com.example.{m.noun()}.{m.name()}.{m.noun()}({m.name()}.scala:{m.number()})" for _ in m.times(0, 6)])
    for _ in m.times(2, 120):
        info(f"- {m.title()}")
        noise(m, 0, 3)
    m("[info] Run completed in 4 minutes, 2 seconds.", "[info] Tests: succeeded 330, failed 1, canceled 0, ignored 8, pending 0", "[info] *** 1 TEST FAILED ***",
      "[error] Failed tests:", f"[error] \tcom.example.{m.name()}Test", f"[error] ({m.noun()} / Test / test) sbt.TestsFailedException: Tests unsuccessful")
