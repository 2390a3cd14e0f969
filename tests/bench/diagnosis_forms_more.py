"""How tools of other languages and of operations tell of failures: for diagnosis_made_up.py."""
from diagnosis_maker import GREEN, RED, colour, expected, noise


def rspec(m):
    m(f"Randomized with seed {m.number(1000, 60000)}", "." * m.number(20, 80) + "F" + "." * 10, "", "Failures:", "")
    for i in range(m.number(1, 3)):
        a, b = expected(m)
        m.mark(f"  {i + 1}) {m.name()} {m.title()}", colour(m, f"     Failure/Error: expect({m.noun()}).to eq({a})", RED), "", colour(m, f"       expected: {a}", RED), colour(m, f"            got: {b}", RED), "",
               "       (compared using ==)", *[f"     # ./{m.path('.rb')}:{m.number()}:in `block (3 levels) in <top (required)>'" for _ in range(m.number(1, 4))])
        m("")
    m("Finished in 12.3 seconds", "200 examples, 1 failure", "", "Failed examples:", "", f"rspec ./spec/{m.snake()}_spec.rb:{m.number()} # {m.name()} {m.title()}")


def minitest(m):
    m("# Running:", "", "." * m.number(5, 70) + "F", "")
    a, b = expected(m)
    m.mark(*m.pick(["Failure:"], ["  1) Failure:"]), f"{m.name()}Test#test_{m.snake()} [test/{m.snake()}_test.rb:{m.number()}]:", f"Expected: {a}", f"  Actual: {b}")
    m("", f"bin/rails test test/{m.snake()}_test.rb:{m.number()}", "", "Finished in 0.523463s, 101.2489 runs/s, 179.5735 assertions/s.", "53 runs, 94 assertions, 1 failures, 0 errors, 0 skips")


def rubocop(m):
    m("Inspecting 120 files", "." * 70 + "C" + "." * 40, "", "Offenses:", "")
    m.mark(f"{m.path('.rb')}:{m.number()}:{m.number(1, 60)}: C: {m.pick('Layout/TrailingWhitespace: Trailing whitespace detected.', 'Style/StringLiterals: Prefer single-quoted strings.', 'Metrics/LineLength: Line is too long. [130/120]')}", f"    {m.noun()} = {m.noun()}  ", "              ^^")
    m("", "120 files inspected, 1 offense detected")


def bundler(m):
    m.mark(*m.pick([f"Bundler could not find compatible versions for gem \"{m.noun()}\":", "  In Gemfile:", f"    {m.noun()} (~> 5.0) was resolved to 5.0.1, which depends on", f"      {m.noun()} (>= 2)"],
                   ["rake aborted!", f"LoadError: cannot load such file -- {m.noun()}", f"{m.path('.rb')}:{m.number()}:in `require'"]))
    m("Tasks: TOP => default", "(See full trace by running task with --trace)")


def phpunit(m):
    m("PHPUnit 7.5.1 by Sebastian Bergmann and contributors.", "", "." * 60 + f" {m.number(1, 60)} / 200 ( 30%)", "..........F......S.....", "", "Time: 2.1 seconds, Memory: 40.00MB", "", "There was 1 failure:", "")
    m.mark(f"1) {m.name()}\\Tests\\{m.name()}Test::test{m.name()}", f"Failed asserting that {m.pick('false is true', 'two strings are equal', '200 matches expected 404', 'null is not null')}.",
           *m.pick([], ["--- Expected", "+++ Actual", "@@ @@", "-'a'", "+'b'"]), "", f"{m.path('.php')}:{m.number()}", f"{m.path('.php')}:{m.number()}")
    m("", "FAILURES!", "Tests: 200, Assertions: 500, Failures: 1, Skipped: 3.")


def php_fatal(m):
    noise(m, 1, 15)
    m.mark(f"PHP {m.pick('Fatal error', 'Parse error')}:  {m.pick(f'Uncaught Error: Class {m.name()} not found', 'syntax error, unexpected end of file', f'Call to undefined method {m.name()}::{m.noun()}()')} in {m.path('.php')} on line {m.number()}")


def phpt(m):
    for _ in m.times(20, 150):
        m(m.pick(*[f"PASS {m.title()} [{m.path('.phpt')}] "] * 8, f"SKIP {m.title()} causes Segmentation fault [{m.path('.phpt')}] reason: online test"))
    m.mark(f"FAIL {m.title()} [{m.path('.phpt')}] ")
    for _ in m.times(20, 100):
        m(f"PASS {m.title()} [{m.path('.phpt')}] ")


def xcode(m):
    for _ in m.times(5, 80):
        m(m.pick(f"▸ Compiling {m.name()}.swift", f"    ✓ test{m.name()} (0.{m.number()} seconds)", f"CompileSwift normal x86_64 {m.path('.swift')}"))
    if m.some(0.5):
        m.mark(f"{m.pick('❌  ', '')}{m.path('.swift')}:{m.number()}:{m.number(1, 60)}: {m.pick('', 'error: ')}{m.pick(f'value of type {m.name()} has no member {m.noun()}', f'use of unresolved identifier {m.noun()}', 'cannot convert value of type String to expected argument type Int')}", "",
               f"        {m.noun()}.{m.noun()}()", "        ^~~~~~~~")
        m("** BUILD FAILED **", "", "The following build commands failed:", "\tCompileSwift normal arm64", "(1 failure)")
    else:
        m.mark(f"    ✗ test{m.name()}, {m.pick('XCTAssertEqual failed: (1) is not equal to (2)', 'Asynchronous wait failed: Exceeded timeout of 5 seconds', 'failed - ' + m.title())}" if m.some(0.5) else
               f"{m.path('.swift')}:{m.number()}: error: -[{m.name()}.{m.name()} test{m.name()}] : XCTAssertEqual failed: (\"a\") is not equal to (\"b\")")
        for _ in m.times(0, 30):
            m(f"    ✓ test{m.name()} (0.{m.number()} seconds)")
        m("** TEST FAILED **")


def swiftlint(m):
    for _ in m.times(3, 60):
        m(m.pick(f"Linting '{m.name()}.swift' ({m.number()}/{m.number()})", f"{m.path('.swift')}:{m.number()}:{m.number(1, 60)}: warning: Line Length Violation: Line should be 120 characters or less (line_length)"))
    m.mark(f"{m.path('.swift')}:{m.number()}:{m.number(1, 60)}: error: {m.pick('Force Cast Violation: Force casts should be avoided. (force_cast)', 'Identifier Name Violation: Variable name should be between 3 and 40 characters long (identifier_name)')}")
    for _ in m.times(0, 20):
        m(f"Linting '{m.name()}.swift' ({m.number()}/{m.number()})")
    m("Done linting! Found 2 violations, 1 serious in 53 files.")


def rustc(m):
    for _ in m.times(3, 60):
        m(colour(m, "   Compiling ", GREEN) + f"{m.noun()} v0.{m.number()}.2")
    for _ in range(m.number(1, 4)):
        line = m.number(10, 300)
        m.mark(colour(m, f"error[E0{m.number(100, 700)}]", RED) + f": {m.pick(f'cannot find value `{m.noun()}` in this scope', 'mismatched types', f'use of moved value: `{m.noun()}`')}", f"  --> {m.path('.rs')}:{line}:{m.number(1, 50)}",
               "   |", f"{line} |     let {m.noun()} = {m.noun()};", f"   |         {'^' * m.number(2, 9)} {m.pick('not found in this scope', 'expected u32, found i32')}")
        m("")
    m(f"error: aborting due to {m.pick('previous error', '3 previous errors')}", "", "For more information about this error, try `rustc --explain E0425`.", f"error: Could not compile `{m.noun()}`.")


def cargo_test(m):
    for _ in m.times(3, 120):
        m(f"test {m.noun()}::{m.snake()} ... ok")
    n = f"{m.noun()}::{m.snake()}"
    m(f"test {n} ... FAILED", "", "failures:", "")
    m.mark(f"---- {n} stdout ----", f"thread '{n}' panicked at 'assertion failed: `(left == right)`", "  left: `1`,", " right: `2`', " + f"{m.path('.rs')}:{m.number()}:5")
    m("note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace", "", "failures:", f"    {n}", "", f"test result: FAILED. {m.number()} passed; 1 failed; 0 ignored; 0 measured; 0 filtered out", "", "error: test failed, to rerun pass '--lib'")


def haskell(m):
    for i in m.times(3, 60):
        m(f"[{i} of 90] Compiling {m.name()}.{m.name()} ( {m.path('.hs')}, dist/{m.noun()}.o )")
    m.mark(f"{m.path('.hs')}:{m.number()}:{m.number(1, 40)}: error:", f"    • {m.pick(f'Variable not in scope: {m.noun()}', 'Couldn' + chr(39) + 't match expected type Int with actual type String')}", "   |", f"{m.number(10, 99)} |   {m.noun()} <- {m.noun()}", "   |   ^^^^^")


def exunit(m):
    m("." * m.number(20, 79), "")
    a, b = expected(m)
    m.mark(f"  1) test {m.title()} ({m.name()}Test)", f"     test/{m.snake()}_test.exs:{m.number()}", colour(m, "     Assertion with == failed", RED), f"     code:  assert {m.noun()} == {a}", f"     left:  {b}", f"     right: {a}", "     stacktrace:", f"       test/{m.snake()}_test.exs:{m.number()}: (test)")
    m("", "." * m.number(5, 60), "Finished in 3.2 seconds", "120 tests, 1 failure")


def perl_tap(m):
    for i in m.times(4, 80):
        m(f"t/{m.snake()}.t .......... ok")
    m.mark(f"#   Failed test '{m.title()}'", f"#   at t/{m.snake()}.t line {m.number()}.", "#          got: '1'", "#     expected: '2'", "# Looks like you failed 1 test of 12.", f"t/{m.snake()}.t .......... ", "Dubious, test returned 1 (wstat 256, 0x100)", "Failed 1/12 subtests ")
    m("", "Test Summary Report", "-------------------", f"Result: FAIL")


def terraform(m):
    m(f"module.{m.noun()}.data.http.ip: Reading...", f"{m.noun()}_{m.noun()}.main: Refreshing state... [id={m.number()}]")
    for _ in range(m.number(1, 3)):
        m.mark("╷", "│ " + colour(m, "Error: ", RED) + m.pick("Invalid value for input variable", "Unsupported argument", "Reference to undeclared resource"), "│ ", f"│   on main.tf line {m.number()}, in module \"{m.noun()}\":", f"│   {m.number()}:   {m.noun()} = module.{m.noun()}.{m.noun()}", "│ ", f"│ An argument named \"{m.noun()}\" is not expected here.", "╵")


def docker(m):
    for i in m.times(3, 20):
        m(f"Step {i}/20 : RUN {m.noun()} --{m.noun()}", f" ---> Running in {m.number(10**8, 10**9):x}", f"Removing intermediate container {m.number(10**8, 10**9):x}")
    m.mark(m.pick(f"COPY failed: stat /var/lib/docker/tmp/{m.noun()}: no such file or directory", f"denied: requested access to the resource is denied",
                  f"manifest for {m.noun()}:latest not found: manifest unknown", f"E: Unable to locate package lib{m.noun()}-dev"))
    if m.some(0.5):
        m("The command '/bin/sh -c apt-get install' returned a non-zero code: 100")


def kube(m):
    noise(m, 2, 10)
    m.mark(m.pick(f"Error: UPGRADE FAILED: timed out waiting for the condition", f'error: error validating "{m.noun()}.yml": error validating data: unknown field "{m.noun()}" in io.k8s.api.apps.v1.Deployment',
                  f"Error: INSTALLATION FAILED: chart \"{m.noun()}\" not found", f'Error from server (NotFound): deployments.apps "{m.noun()}" not found'))


def azure_cli(m):
    noise(m, 1, 10)
    m.mark(m.pick(f"ERROR: (ResourceGroupNotFound) Resource group '{m.noun()}' could not be found.", f"ERROR: The client does not have authorization to perform action 'Microsoft.{m.name()}/write' over scope.",
                  f"ERROR: {{\"code\": \"DeploymentFailed\", \"message\": \"At least one resource deployment operation failed.\"}}"),
           *m.pick([], ["Code: ResourceGroupNotFound", f"Message: Resource group '{m.noun()}' could not be found."]))


def git_fails(m):
    m(f"Cloning into '{m.noun()}'...")
    m.mark(m.pick(f"fatal: unable to access 'https://example.org/{m.noun()}.git/': Could not resolve host: example.org", f"fatal: Remote branch {m.noun()} not found in upstream origin",
                  f"error: pathspec '{m.noun()}' did not match any file(s) known to git"))


def links(m):
    for _ in range(m.number(1, 4)):
        m("", f"FILE: {m.path('.md')}")
        for _ in m.times(3, 60):
            m(colour(m, f"  [✓] https://example.org/{m.noun()}/{m.noun()}", GREEN))
    m.mark(*[colour(m, f"  [✖] https://example.org/{m.noun()}/{m.noun()} → Status: {m.pick(404, 301, 503, 0)}", RED)
             for _ in range(m.number(1, 6))])
    m("", f"  {m.number()} links checked.", "", "  ERROR: dead links found!")


def own_check(m):
    """A script of one's own that says in plain words what it doesn't like."""
    m(f"$ ./check_{m.noun()}.sh")
    noise(m, 0, 10)
    m.mark(*[m.pick(f"{m.path('.md')}:{m.number()}: heading without a blank line before it", f"License header is missing in {m.path('.py')}",
                    f"{m.path('.json')} is not sorted", f"{m.path('.yml')}: unknown key {m.noun()}", f"Changelog has no entry for {m.noun()}",
                    f"{m.path('.txt')}: invalid {m.noun()} \"{m.noun()}\"") for _ in range(m.number(1, 4))])


def timeout(m):
    noise(m, 10, 60)
    m.mark(m.pick(f"Terminated after {m.number()} seconds without output", f"Test {m.snake()} timed out after 600 seconds", f"##[error]The operation was canceled: {m.noun()} took longer than 30 minutes"))
    noise(m, 0, 6)


def crash(m):
    noise(m, 10, 40)
    m.mark(m.pick(f"{m.path('')}: line {m.number()}: {m.number(1000, 9000)} Segmentation fault      (core dumped) ./{m.noun()}", f"panic: runtime error: index out of range", "==123==ERROR: AddressSanitizer: heap-use-after-free on address 0x602000000010",
                  "FATAL ERROR: CALL_AND_RETRY_LAST Allocation failed - JavaScript heap out of memory", f"terminate called after throwing an instance of 'std::runtime_error'"),
           *m.pick([], [f"    #{i} 0x{m.number(10**6, 10**7):x} in {m.snake()} {m.path('.c')}:{m.number()}" for i in range(m.number(2, 9))]))
