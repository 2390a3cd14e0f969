"""How tools of .NET, PowerShell, JavaScript and TypeScript tell of failures: for diagnosis_made_up.py."""
from diagnosis_maker import GREEN, RED, YELLOW, colour, expected, noise, tail_of_npm


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
