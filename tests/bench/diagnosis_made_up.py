"""Failing logs made up after the formats of well-known tools, for diagnosis_train.py.

The marked logs are of few projects, each of which uses one or two tools. These logs show the forms
of many more: what a tool prints while all goes well, the failure as a person would mark it, and
what the tool says after it. Names are drawn from lists of plain words.
"""
import diagnosis_forms_builds as builds
import diagnosis_forms_more as more
import diagnosis_forms_net_js as net_js
from diagnosis_maker import Maker, noise, setup

FORMS = [net_js.xunit, net_js.vstest, net_js.nunit, net_js.msbuild, net_js.nuget, net_js.pester,
    net_js.powershell, net_js.mocha, net_js.jest, net_js.karma, net_js.eslint, net_js.tslint, net_js.tsc,
    net_js.webpack, net_js.npm_install, net_js.node_crash, builds.gcc, builds.linker, builds.gtest,
    builds.go_test, builds.go_build, builds.pytest, builds.traceback, builds.unittest, builds.flake8,
    builds.maven, builds.gradle, builds.sbt, more.rspec, more.minitest, more.rubocop, more.bundler,
    more.phpunit, more.php_fatal, more.phpt, more.xcode, more.swiftlint, more.rustc, more.cargo_test,
    more.haskell, more.exunit, more.perl_tap, more.terraform, more.docker, more.kube, more.azure_cli,
    more.git_fails, more.links, more.own_check, more.timeout, more.crash]


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
