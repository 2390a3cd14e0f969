"""Failing logs made up after the formats of well-known tools, for diagnosis_train.py.

The marked logs are of few projects, each of which uses one or two tools. These logs show the forms
of many more: what a tool prints while all goes well, the failure as a person would mark it, and
what the tool says after it. Names are drawn from lists of plain words.
"""
import random

NOUNS = ("order cart user invoice stream parser cache queue token session buffer router widget "
         "report engine loader index payment ledger basket catalog channel packet frame cursor "
         "account profile schema filter window timer socket worker policy rule node branch").split()
VERBS = ("loads saves rejects returns parses renders updates removes keeps counts sends reads "
         "handles creates merges sorts closes opens copies resolves validates computes").split()
THINGS = ("empty input", "a missing field", "two items", "the first page", "unicode text", "a null value",
          "the default locale", "large files", "an expired token", "nested lists", "negative numbers",
          "the last element", "a closed connection", "trailing spaces", "concurrent calls")


class Maker:
    """One made-up log: lines with marks."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.lines, self.marked = [], set()

    def __call__(self, *lines, marked=False):
        for line in lines:
            self.lines.append(line)
            if marked:
                self.marked.add(len(self.lines))

    def mark(self, *lines):
        self(*lines, marked=True)

    def pick(self, *options):
        return self.random.choice(options)

    def noun(self):
        return self.random.choice(NOUNS)

    def name(self):
        return self.noun().capitalize() + self.noun().capitalize()

    def title(self):
        return f"{self.random.choice(VERBS)} {self.random.choice(THINGS)}"

    def snake(self):
        return f"{self.noun()}_{self.random.choice(VERBS)}_{self.noun()}"

    def number(self, low=1, high=400):
        return self.random.randint(low, high)

    def path(self, ending):
        parts = [self.pick("src", "lib", "app", "packages", "test", "tests"), self.noun()]
        if self.random.random() < 0.5:
            parts.append(self.noun())
        root = self.pick("", "", "/home/vsts/work/1/s/", "/agent/_work/2/s/")
        return root + "/".join(parts) + "/" + self.pick(self.snake(), self.name()) + ending

    def windows(self, ending):
        return f"D:\\a\\1\\s\\{self.noun()}\\{self.name()}{ending}"

    def times(self, low, high):
        return range(self.random.randint(low, high))

    def some(self, share):
        return self.random.random() < share


RED, GREEN, YELLOW, BOLD, OFF = "\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[1m", "\x1b[0m"


def colour(m, text, code):
    return f"{code}{text}{OFF}" if m.coloured else text


def expected(m):
    return m.pick(("1", "0"), ('"a"', '"b"'), ("True", "False"), ("null", "{}"), ("200", "500"), ("3", "4"))


# --- what stands before any failure -------------------------------------------------------------

def setup(m):
    kind = m.pick("npm", "nuget", "pip", "gem", "maven", "git", "apt", "none")
    count = m.number(3, 60)
    for _ in range(count):
        noun, version = m.noun(), f"{m.number(0, 9)}.{m.number(0, 30)}.{m.number(0, 9)}"
        m({"npm": f"npm http fetch GET 200 https://registry.example/{noun} {m.number()}ms",
           "nuget": f"  Restored {m.windows('.csproj')} (in {m.number()} ms).",
           "pip": f"Collecting {noun}=={version}", "gem": f"Using {noun} {version}",
           "maven": f"[INFO] Downloaded: https://repo.example/{noun}/{version}/{noun}-{version}.pom (2 kB at 60 kB/s)",
           "git": f"From https://example.org/{noun}/{m.noun()}", "apt": f"Setting up lib{noun}-dev:amd64 ({version}) ...",
           "none": f"Preparing {noun} {version}"}[kind])
    for _ in m.times(0, 4):
        m(m.pick(f"npm WARN deprecated {m.noun()}@1.2.3: this version is no longer supported",
                 f"warning: {m.path('.c')}:{m.number()}: unused variable '{m.noun()}'",
                 f"WARNING: {m.name()} is deprecated, use {m.name()} instead",
                 f"npm WARN optional SKIPPING OPTIONAL DEPENDENCY: {m.noun()}@1.2.13",
                 f"./setup.sh: line {m.number()}: {m.noun()}: command not found",
                 f"fatal: No tags can describe '{m.number(10**6, 10**7):x}'.",
                 f"ls: cannot access '{m.path('')}': No such file or directory"))


def noise(m, low=0, high=12):
    """What programs under test print although all is well."""
    for _ in m.times(low, high):
        m(*m.pick([f"INFO: {m.name()} started on port {m.number()}"], [f"[debug] {m.snake()} took {m.number()}ms"],
                  [f"WARNING: {m.name()} Failed {m.noun()}: retrying", f"java.lang.Exception: fail",
                   f"\tat org.example.{m.noun()}.{m.name()}.run({m.name()}.java:{m.number()})",
                   f"\tat java.lang.Thread.run(Thread.java:748)"],
                  [f"Error: {m.noun()} not found (expected in this test)"],
                  [f"{m.noun()} {m.noun()} {m.number()}"], [""]))


def tail_of_npm(m):
    if m.some(0.7):
        m("npm ERR! code ELIFECYCLE", "npm ERR! errno 1", f"npm ERR! {m.noun()}@1.0.0 test: `{m.noun()} --ci`",
          "npm ERR! Exit status 1", "npm ERR! ", f"npm ERR! Failed at the {m.noun()}@1.0.0 test script.",
          "npm ERR! This is probably not a problem with npm. There is likely additional logging output above.")
    elif m.some(0.5):
        m("error Command failed with exit code 1.", "info Visit https://yarnpkg.com/en/docs/cli/run for documentation about this command.")


# --- .NET and PowerShell ----------------------------------------------------------------------------

def dotnet_frames(m, low=1, high=8, indent="   "):
    return [f"{indent}at {m.name()}.Tests.{m.name()}.{m.pick('Step', 'Run')}{i}() in {m.windows('.cs')}:line {m.number()}"
            for i in range(m.number(low, high))]


def xunit(m):
    m(f"  Discovering: {m.name()}.Tests", f"  Starting:    {m.name()}.Tests")
    noise(m)
    for _ in range(m.number(1, 4)):
        a, b = expected(m)
        m.mark(colour(m, f"    {m.name()}.Tests.{m.name()}.Should_{m.snake()} [FAIL]", RED),
               f"      {m.pick('Assert.Equal() Failure', 'System.NullReferenceException : Object reference not set to an instance of an object.', 'Assert.True() Failure')}",
               f"      Expected: {a}", f"      Actual:   {b}", "      Stack Trace:", *dotnet_frames(m, indent="           "))
        noise(m, 0, 6)
    m(f"  Finished:    {m.name()}.Tests", "=== TEST EXECUTION SUMMARY ===",
      f"   {m.name()}.Tests  Total: {m.number()}, Errors: 0, Failed: 1, Skipped: 0, Time: 4.247s")


def vstest(m):
    for _ in m.times(5, 120):
        m(f"  {m.pick('Passed', 'Passed', 'Passed', 'Skipped')} {m.name()}.{m.snake()} [{m.number()} ms]")
    for _ in range(m.number(1, 4)):
        a, b = expected(m)
        m.mark(colour(m, f"  Failed {m.name()}.{m.snake()} [{m.number()} ms]", RED), "  Error Message:",
               f"   {m.pick(f'Assert.AreEqual failed. Expected:<{a}>. Actual:<{b}>.', f'  Expected: {a}', 'System.InvalidOperationException : Sequence contains no elements')}",
               *([f"  But was:  {b}"] if m.some(0.4) else []), "  Stack Trace:", *dotnet_frames(m))
        m("")
        for _ in m.times(0, 40):
            m(f"  Passed {m.name()}.{m.snake()} [< 1 ms]")
    m("", "Test Run Failed.", f"Total tests: {m.number()}", f"     Passed: {m.number()}", "     Failed: 1", " Total time: 4.1 Seconds")


def nunit(m):
    noise(m, 3, 30)
    m("", "Errors, Failures and Warnings", "")
    for i in range(m.number(1, 3)):
        a, b = expected(m)
        m.mark(f"{i + 1}) Failed : {m.name()}.Tests.{m.name()}.{m.snake()}", f"  Expected: {a}", f"  But was:  {b}",
               *dotnet_frames(m))
        m("")
    m("Test Run Summary", "  Overall result: Failed", f"  Test Count: {m.number()}, Passed: {m.number()}, Failed: 1, Warnings: 0")


def msbuild(m):
    for _ in m.times(4, 60):
        m(m.pick(f"  {m.name()} -> {m.windows('.dll')}",
                 f"{m.windows('.cs')}({m.number()},{m.number(1, 80)}): warning CS{m.number(1000, 9000)}: '{m.name()}' is obsolete [{m.windows('.csproj')}]",
                 f"{m.windows('.cs')}({m.number()},{m.number(1, 80)}): warning xUnit2012: Do not use Enumerable.Any() to check a value [{m.windows('.csproj')}]"))
    errors = [f"{m.windows('.cs')}({m.number()},{m.number(1, 80)}): error " +
              m.pick(f"CS0103: The name '{m.noun()}' does not exist in the current context",
                     f"CS1061: '{m.name()}' does not contain a definition for '{m.name()}'",
                     "CS0029: Cannot implicitly convert type 'string' to 'int'", "SA1028: Code should not contain trailing whitespace",
                     "CS1002: ; expected") + f" [{m.windows('.csproj')}]" for _ in range(m.number(1, 5))]
    m.mark(*[colour(m, e, RED) for e in errors])
    m("", "Build FAILED.", "")
    m(*errors)
    m("    0 Warning(s)", f"    {len(errors)} Error(s)", "", "Time Elapsed 00:00:04.64")


def nuget(m):
    m("  Determining projects to restore...")
    m.mark(m.windows(".csproj") + " : error " + m.pick(
        f"NU1101: Unable to find package {m.name()}. No packages exist with this id in source(s): feed",
        f"NU1605: Warning As Error: Detected package downgrade: {m.name()} from 5.0.0 to 4.3.0. Reference the package directly from the project to select a different version.",
        f"NU1301: Unable to load the service index for source https://pkgs.example/v3/index.json."))
    m(f"  Failed to restore {m.windows('.csproj')} (in 1.21 sec).")


def pester(m):
    new = m.some(0.5)
    def good():
        m(colour(m, f"  [+] {m.title()} {m.number()}ms ({m.number()}ms|1ms)" if new else f"    [+] {m.title()} {m.number()}ms", GREEN))
    m(f"Describing {m.name()}")
    for _ in m.times(3, 120):
        good()
    for _ in range(m.number(1, 4)):
        a, b = expected(m)
        m.mark(colour(m, f"  [-] {m.title()} {m.number()}ms", RED),
               *[colour(m, x, RED) for x in m.pick(
                   [f"   Expected {a}, but got {b}.", f"   at ${m.noun()} | Should -Be {a}, {m.windows('.ps1')}:{m.number()}",
                    f"   at <ScriptBlock>, {m.windows('.Tests.ps1')}:{m.number()}"],
                   [f"    CommandNotFoundException: The term '{m.name()}' is not recognized as the name of a cmdlet, function, script file, or operable program.",
                    f"    at <ScriptBlock>, {m.windows('.ps1')}: line {m.number()}"],
                   [f"    RuntimeException: {m.title()}", f"    at {m.name()}, {m.windows('.psm1')}:{m.number()}"])])
        for _ in m.times(0, 60):
            good()
    m("Tests completed in 20.35s", f"Tests Passed: {m.number()}, Failed: 1, Skipped: 2, Pending: 0, Inconclusive: 0 ")


def powershell(m):
    noise(m, 2, 20)
    name = m.name()
    text = m.pick(f"Get-{name} : Cannot find path 'D:\\a\\{m.noun()}' because it does not exist.",
                  f"{m.noun()} : The term '{m.noun()}' is not recognized as the name of a cmdlet, function, script file, or operable program.",
                  f"Invoke-{name} : The remote server returned an error: (403) Forbidden.",
                  f"You cannot call a method on a null-valued expression.")
    m.mark(colour(m, text, RED), f"At {m.windows('.ps1')}:{m.number()} char:{m.number(1, 60)}",
           f"+     Get-{name} -Path ${m.noun()}", f"+     {'~' * m.number(5, 40)}",
           f"    + CategoryInfo          : ObjectNotFound: (:) [Get-{name}], {m.name()}Exception",
           f"    + FullyQualifiedErrorId : {m.name()},Microsoft.PowerShell.Commands.Get{name}Command")
    m(" ")


# --- JavaScript and TypeScript ---------------------------------------------------------------------

def js_frames(m, low=1, high=7):
    return [f"      at {m.pick('Context.<anonymous>', f'Object.{m.noun()}', m.name())} ({m.path('.js')}:{m.number()}:{m.number(1, 60)})"
            for _ in range(m.number(low, high))]


def mocha(m):
    for _ in m.times(2, 12):
        m(f"  {m.name()}")
        for _ in m.times(1, 12):
            m("    " + colour(m, f"✓ {m.title()}", GREEN) + (f" ({m.number()}ms)" if m.some(0.3) else ""))
            noise(m, 0, 2)
    count = m.number(1, 5)
    m("", "", colour(m, f"  {m.number()} passing", GREEN) + f" ({m.number()}s)", colour(m, f"  {count} failing", RED), "")
    for i in range(count):
        a, b = expected(m)
        m.mark(f"  {i + 1}) {m.name()}", f"       {m.title()}:",
               *m.pick([colour(m, f"     AssertionError: expected {a} to equal {b}", RED)],
                       ["      AssertionError [ERR_ASSERTION]: Expected values to be strictly equal:", "      + expected - actual", "", f"      -{b}", f"      +{a}"],
                       [f"     TypeError: Cannot read property '{m.noun()}' of undefined"],
                       ["     Error: Timeout of 2000ms exceeded. For async tests and hooks, ensure \"done()\" is called"]),
               *js_frames(m))
        m("")
    tail_of_npm(m)


def jest(m):
    for _ in m.times(1, 40):
        m(colour(m, "PASS", GREEN) + f" {m.path('.test.js')}" + (f" ({m.number()}s)" if m.some(0.3) else ""))
    a, b = expected(m)
    m(colour(m, "FAIL", RED) + f" {m.path('.test.ts')}")
    m.mark(colour(m, f"  ● {m.name()} › {m.title()}", RED), "", f"    expect({colour(m, 'received', RED)}).toBe({colour(m, 'expected', GREEN)}) // Object.is equality",
           "", f"    Expected: {colour(m, a, GREEN)}", f"    Received: {colour(m, b, RED)}", "", f"      {m.number(10, 40)} |   const {m.noun()} = {m.noun()}();",
           f"    > {m.number(10, 40)} |   expect({m.noun()}).toBe({a});", "         |               ^", *js_frames(m, 1, 3))
    m("")
    for _ in m.times(0, 20):
        m(colour(m, "PASS", GREEN) + f" {m.path('.test.js')}")
    m("Test Suites: 1 failed, 20 passed, 21 total", "Tests:       1 failed, 120 passed, 121 total", "Snapshots:   0 total", "Time:        9.1s")
    tail_of_npm(m)


def karma(m):
    browser = m.pick("Chrome 76.0.3809 (Linux 0.0.0)", "HeadlessChrome 74.0.3723 (Linux 0.0.0)", "Firefox 60.0.0 (Ubuntu 0.0.0)")
    for _ in m.times(3, 80):
        m(m.pick("." * 80, f"{browser} LOG: '{m.noun()} {m.noun()}'", f"{browser}: Executed {m.number()} of 900 SUCCESS (0.5 secs / 0.4 secs)"))
    a, b = expected(m)
    m.mark(colour(m, f"{browser} {m.name()} {m.title()} FAILED", RED), f"\tExpected {a} to be {b}.",
           *[f"\t    at {m.name()}.{m.noun()} ({m.path('.spec.ts')}:{m.number()}:{m.number(1, 40)})" for _ in m.times(1, 6)])
    for _ in m.times(1, 30):
        m("." * 80)
    m(f"{browser}: Executed 900 of 900 (1 FAILED) (10.1 secs / 9.5 secs)")
    tail_of_npm(m)


def eslint(m):
    m(f"> {m.noun()}@1.0.0 lint", "> eslint .", "")
    count = 0
    for _ in range(m.number(1, 3)):
        m.mark(colour(m, m.path(".js"), "\x1b[4m"))
        for _ in range(m.number(1, 4)):
            rule = m.pick("prettier/prettier", "no-unused-vars", "@typescript-eslint/no-explicit-any", "semi", "import/no-unresolved")
            text = m.pick("Missing semicolon", f"'{m.noun()}' is defined but never used", "Replace `a` with `b`", f"Unable to resolve path to module './{m.noun()}'")
            m.mark(f"  {m.number()}:{m.number(1, 80)}  {colour(m, 'error', RED)}  {text}  {rule}")
            count += 1
        if m.some(0.4):
            m(f"  {m.number()}:{m.number(1, 80)}  {colour(m, 'warning', YELLOW)}  Unexpected console statement  no-console")
        m.mark("")
    m.mark(colour(m, f"✖ {count} problems ({count} errors, 0 warnings)", RED))
    m("")
    tail_of_npm(m)


def tslint(m):
    m(f"> tslint --project .", "")
    m.mark(*[f"ERROR: {m.path('.ts')}:{m.number()}:{m.number(1, 80)} - {m.pick('Missing semicolon', 'trailing whitespace', 'Exceeds maximum line length of 140', chr(34) + ' should be ' + chr(39))}" for _ in range(m.number(1, 4))])
    m("")
    tail_of_npm(m)


def tsc(m):
    m("> tsc -p .", "")
    m.mark(*[f"{m.path('.ts')}({m.number()},{m.number(1, 80)}): error TS{m.number(1000, 9000)}: " + m.pick(
        f"Property '{m.noun()}' does not exist on type '{m.name()}'.", f"Cannot find name '{m.noun()}'.", "Type 'string' is not assignable to type 'number'.",
        "Object is possibly 'undefined'.") for _ in range(m.number(1, 6))])
    tail_of_npm(m)


def webpack(m):
    for i in m.times(2, 20):
        m(f"{i * 5}% building modules {m.number()}/{m.number()} modules {m.number(1, 9)} active {m.path('.js')}")
    m.mark(colour(m, f"ERROR in ./{m.path('.js')}", RED), f"Module not found: Error: Can't resolve '{m.noun()}' in '/home/vsts/work/1/s/src'",
           f" @ ./{m.path('.js')} {m.number()}:0-40")
    tail_of_npm(m)


def npm_install(m):
    m.mark(*m.pick([f"npm ERR! code E404", f"npm ERR! 404 Not Found: {m.noun()}@1.2.3"],
                   ["npm ERR! code ERESOLVE", "npm ERR! ERESOLVE unable to resolve dependency tree", "npm ERR! ", f"npm ERR! Found: {m.noun()}@17.0.2"],
                   [f"npm ERR! missing script: {m.noun()}"]))
    m("", "npm ERR! A complete log of this run can be found in:", "npm ERR!     /home/vsts/.npm/_logs/2020-01-01T00_00_00_000Z-debug.log")


def node_crash(m):
    noise(m, 2, 20)
    path = m.path(".js")
    m.mark(*m.pick(["internal/modules/cjs/loader.js:584", "    throw err;", "    ^", "", f"Error: Cannot find module '{m.noun()}'"],
                   [f"{path}:{m.number()}", f"    {m.noun()}.{m.noun()}();", "         ^", "", f"TypeError: {m.noun()}.{m.noun()} is not a function"]),
           *[f"    at {m.name()}.{m.noun()} ({m.path('.js')}:{m.number()}:{m.number(1, 40)})" for _ in range(m.number(2, 8))])
    tail_of_npm(m)


# --- others -----------------------------------------------------------------------------------------

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


FORMS = [xunit, vstest, nunit, msbuild, nuget, pester, powershell, mocha, jest, karma, eslint, tslint, tsc, webpack, npm_install,
         node_crash, gcc, linker, gtest, go_test, go_build, pytest, traceback, unittest, flake8, maven, gradle, sbt, rspec, minitest,
         rubocop, bundler, phpunit, php_fatal, phpt, xcode, swiftlint, rustc, cargo_test, haskell, exunit, perl_tap, terraform,
         docker, kube, azure_cli, git_fails, links, own_check, timeout, crash]


def make(form, seed):
    """A log of the form as an agent would have written it: its text and the marked lines."""
    m = Maker(f"{form.__name__} {seed}")
    m.coloured = m.some(0.5)
    m("##[section]Starting: Build and test", "=" * 78, "Task         : Bash", "=" * 78, "Generating script.",
      "========================== Starting Command Output ===========================")
    if m.some(0.7):
        setup(m)
    form(m)
    if m.some(0.25):
        noise(m, 0, 15)
    if m.some(0.2):
        m(*[f"Uploading {m.path('.xml')} ... done" for _ in m.times(1, 10)])
    m("##[error]Bash exited with code '1'.", "##[section]Finishing: Build and test")
    text = "".join(f"2026-01-01T00:00:00.0000000Z {line}\n" for line in m.lines)
    return text.encode(), m.marked
