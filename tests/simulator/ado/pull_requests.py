"""Runs of pull requests, and of a branch in TFVC: what starts them, and what they are compared with."""

from __future__ import annotations

from datetime import timedelta

from .catalog import AVERY
from .history import build
from .ids import EPOCH, commit_id
from .model import Build, Person, Project

GITHUB = Person("GitHub", "")  # whom GitHub's runs are made for


def add_pull_requests(payments: Project) -> None:
    _github_4781(payments)
    _azure_repos_4783(payments)
    _tfvc_4785(payments)


def _made(project: Project, number: int, definition: int, **more: object) -> Build:
    day = EPOCH - timedelta(days=10, minutes=13 * (4800 - number))
    return build(project, number, definition, day, minutes=5, **more)  # type: ignore[arg-type]


def _github_4781(payments: Project) -> None:
    """Pull request 123 of a fork, whose pipeline was last good on main in 4780."""
    _made(payments, 4780, 58)
    made = _made(payments, 4781, 58, result="failed", reason="pullRequest", person=GITHUB)
    made.branch = "refs/pull/123/merge"
    source = commit_id("pull request", 123)
    made.trigger_info = {
        "pr.sourceBranch": "retry-payments",
        "pr.sourceSha": source,
        "pr.id": "2107364411",
        "pr.title": "Retry payments that time out",
        "pr.number": "123",
        "pr.isFork": "True",
        "pr.draft": "False",
        "pr.sender.name": "kim-example",
        "pr.sender.avatarUrl": "https://avatars.example/u/1",
        "pr.sender.isExternal": "True",
        "pr.providerId": "github",
        "pr.autoCancel": "true",
    }
    made.parameters = {
        "system.pullRequest.pullRequestId": "2107364411",
        "system.pullRequest.pullRequestNumber": "123",
        "system.pullRequest.mergedAt": "",
        "system.pullRequest.sourceBranch": "retry-payments",
        "system.pullRequest.targetBranch": "main",
        "system.pullRequest.targetBranchName": "main",
        "system.pullRequest.sourceRepositoryUri": "https://github.com/contoso/shop-app",
        "system.pullRequest.sourceCommitId": source,
        "system.pullRequest.isFork": "True",
    }


def _azure_repos_4783(payments: Project) -> None:
    """Pull request 31 of payments-api: its own run 4782 was good, so main isn't asked."""
    for number, result in ((4782, "succeeded"), (4783, "failed")):
        made = _made(payments, number, 55, result=result, reason="pullRequest", person=AVERY)
        made.branch = "refs/pull/31/merge"
        made.trigger_info = {
            "pr.number": "31",
            "pr.isFork": "False",
            "pr.triggerRepository": "payments-api",
            "pr.triggerRepository.Type": "TfsGit",
        }
        made.parameters = {
            "system.pullRequest.pullRequestId": "31",
            "system.pullRequest.sourceBranch": "refs/heads/feature/refunds",
            "system.pullRequest.targetBranch": "refs/heads/main",
            "system.pullRequest.targetBranchName": "main",
            "system.pullRequest.sourceRepositoryUri": "https://dev.azure.com/contoso/Payments/_git/payments-api",
            "system.pullRequest.sourceCommitId": made.commit,
        }


def _tfvc_4785(payments: Project) -> None:
    for number, result in ((4784, "succeeded"), (4785, "failed")):
        made = _made(payments, number, 59, result=result)
        made.branch, made.commit = "$/Payments/Main", str(1200 + number - 4784)
