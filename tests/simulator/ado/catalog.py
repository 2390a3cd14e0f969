"""The fixed part of the organisation: people, projects, pipelines and branches."""

from __future__ import annotations

from .ids import commit_id
from .model import Definition, Person, Project

AVERY = Person("Avery Example", "avery@contoso.example")
ROBIN = Person("Robin Example", "robin@contoso.example")
SASHA = Person("Sasha Example", "sasha@contoso.example")
SERVICE = Person("Microsoft.VisualStudio.Services.TFS", "")
PEOPLE = (AVERY, ROBIN, SASHA)

PAYMENTS_ID = "6f1d2a80-1c5b-4d6e-9a41-0b6f5c1e7a01"
PLATFORM_ID = "6f1d2a80-1c5b-4d6e-9a41-0b6f5c1e7a02"
SECRET_ID = "6f1d2a80-1c5b-4d6e-9a41-0b6f5c1e7a03"

# id, name, repository; the stages default to Build, Test, Publish.
PAYMENTS_PIPELINES = (
    (12, "api-ci", "payments-api"),
    (13, "monolith-nightly", "monolith"),
    (20, "deploy-web", "web"),
    (31, "clang-ci", "payments-core"),
    (32, "linker-ci", "payments-core"),
    (33, "cmake-ci", "payments-core"),
    (34, "gtest-ci", "payments-core"),
    (35, "pytest-ci", "settlement"),
    (36, "npm-ci", "web-shop"),
    (37, "go-ci", "ledger"),
    (38, "cargo-ci", "tokeniser"),
    (39, "apt-image", "agents"),
    (40, "buildah-image", "web"),
    (41, "terraform-validate", "infrastructure"),
    (42, "typescript-ci", "web-shop"),
    (43, "maven-ci", "billing"),
    (50, "release-train", "monolith"),
    (51, "nightly-e2e", "web"),
    (52, "load-test", "web"),
    (53, "fraud-model", "fraud"),
    (54, "legacy-image", "agents"),
    (55, "sign-package", "payments-api"),
    (56, "rotate-keys", "infrastructure"),
    (58, "shop-app", "contoso/shop-app"),
    (59, "mainframe", "$/Payments"),
    (60, "provision", "infrastructure"),
    (61, "deploy-gated", "web"),
    (62, "matrix-ci", "payments-core"),
    (63, "mac-installers", "web-shop"),
    (64, "deploy-api", "payments-api"),
    (65, "deploy-ledger", "ledger"),
)
PLATFORM_PIPELINES = ((70, "agents-image", "agents"), (71, "network", "network"))
SECRET_PIPELINES = ((90, "vault-backup", "vault"),)
MANDATORY = ("environment", "region", "ring", "owner", "ticket", "size")
EXTRA_BRANCHES = {"web": ("release/1.0", "feature/x"), "payments-api": ("release/2.3", "feature/refunds")}


def _project(name: str, project_id: str, description: str, pipelines: tuple[tuple[int, str, str], ...]) -> Project:
    project = Project(name, project_id, description)
    for number, pipeline, repository in pipelines:
        stages = ("Build", "Test", "Deploy") if pipeline.startswith("deploy") else ("Build", "Test", "Publish")
        project.definitions[number] = Definition(number, pipeline, repository, stages=stages)
        branches = ("main", *EXTRA_BRANCHES.get(repository, ()))
        project.branches[repository] = {f"refs/heads/{b}": commit_id(repository, b, "head") for b in branches}
    return project


def _make_special(payments: Project) -> None:
    """The pipelines that aren't of a git repository of Azure Repos, want parameters, or lie in a folder."""
    payments.definitions[64].folder, payments.definitions[65].folder = "\\evil", "\\release\\eu"
    payments.branches["web"]["refs/tags/v1.0"] = payments.branches["web"]["refs/heads/release/1.0"]
    payments.definitions[58].repository_type = "GitHub"
    tfvc = payments.definitions[59]
    tfvc.repository_type, tfvc.default_branch = "TfsVersionControl", "$/Payments/Main"
    payments.branches[tfvc.repository] = {"$/Payments/Main": "1204", "$/Payments/Release 1": "1198"}
    payments.definitions[60].mandatory = MANDATORY


def projects() -> list[Project]:
    """New projects without builds."""
    payments = _project("Payments", PAYMENTS_ID, "Everything that moves money", PAYMENTS_PIPELINES)
    _make_special(payments)
    return [
        payments,
        _project("Platform", PLATFORM_ID, "Agents and networks", PLATFORM_PIPELINES),
        _project("Secret", SECRET_ID, "On nobody's allowlist", SECRET_PIPELINES),
    ]
