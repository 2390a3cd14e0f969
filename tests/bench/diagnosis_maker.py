"""A made-up log, what its parts are made of, and what stands around any failure: for diagnosis_made_up.py."""
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
