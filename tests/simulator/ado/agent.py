"""What the agent itself prints around a step's output."""

from __future__ import annotations

from dataclasses import dataclass

from .ids import guid
from .model import Build, Issue, Task

RULE = "=" * 78


@dataclass(frozen=True)
class TaskType:
    id: str
    name: str
    version: str
    description: str = ""
    help: str = ""


TASKS = {
    "bash": TaskType(
        "6c731c3c-3c68-459a-a5c9-bde6e6595b5b",
        "Bash",
        "3.237.1",
        "Run a Bash script on macOS, Linux, or Windows",
        "https://docs.microsoft.com/azure/devops/pipelines/tasks/utility/bash",
    ),
    "script": TaskType(
        "d9bafed4-0b18-4f58-968d-86655b4d2ce9",
        "CmdLine",
        "2.237.1",
        "Run a command line script using Bash on Linux and macOS and cmd.exe on Windows",
        "https://docs.microsoft.com/azure/devops/pipelines/tasks/utility/command-line",
    ),
    "publish_tests": TaskType(
        "0b0f01ed-7dde-43ff-9cbb-e48954daf9b1",
        "PublishTestResults",
        "2.238.0",
        "Publish test results to Azure Pipelines",
        "https://docs.microsoft.com/azure/devops/pipelines/tasks/test/publish-test-results",
    ),
    "publish": TaskType("ecdc45f6-832d-4ad9-b52b-ee49e94659be", "PublishPipelineArtifact", "1.237.0"),
    "checkout": TaskType("6d15af64-176c-496d-b583-fd2ae21d4df4", "Checkout", "1.0.0"),
    "initialize": TaskType("", "Initialize job", ""),
    "finalize": TaskType("", "Finalize Job", ""),
}


def _said(issue: Issue, body: list[str]) -> bool:
    return any(line.endswith(issue.message) for line in body)


class Agent:
    """Wraps the output of one build's steps."""

    def __init__(self, build: Build) -> None:
        self._build = build

    def step(self, task: Task) -> list[str]:
        """The whole log of a step, without times. An issue that its body doesn't say itself is said at the end."""
        body = task.body or []
        last = [] if task.result == "abandoned" else [f"##[section]Finishing: {task.name}"]
        return [
            f"##[section]Starting: {task.name}",
            *self._head(task),
            *body,
            *(f"##[{issue.type}]{issue.message}" for issue in task.issues if issue.in_log and not _said(issue, body)),
            *last,
        ]

    def _head(self, task: Task) -> list[str]:
        if task.kind == "initialize":
            return self._initialize()
        if task.kind == "checkout":
            return self._checkout(task)
        if task.kind == "finalize":
            return ["Cleaning up task key", "Start cleaning up orphan processes."]
        kind = TASKS[task.kind]
        head = [
            RULE,
            f"Task         : {kind.name}",
            f"Description  : {kind.description}",
            f"Version      : {kind.version}",
            "Author       : Microsoft Corporation",
            f"Help         : {kind.help}",
            RULE,
        ]
        if task.kind not in ("bash", "script"):
            return head
        script = guid("script", self._build.id, task.name)
        contents = ["Script contents:", task.command] if task.command else []
        return [
            *head,
            "Generating script.",
            *contents,
            "========================== Starting Command Output ===========================",
            f"##[command]/usr/bin/bash /home/vsts/work/_temp/{script}.sh",
        ]

    def _initialize(self) -> list[str]:
        return [
            "Agent name: 'Azure Pipelines 3'",
            "Agent machine name: 'hosted-agent'",
            "Current agent version: '4.261.0'",
            "##[group]Operating System",
            "Ubuntu",
            "24.04.3",
            "LTS",
            "##[endgroup]",
            "##[group]Runner Image",
            "Image: ubuntu-24.04",
            f"Version: {self._build.image}",
            "##[endgroup]",
            f"Current image version: '{self._build.image}'",
            "Agent running as: 'vsts'",
            "Prepare build directory.",
            "Set build variables.",
            "Download all required tasks.",
            "Downloading task: Bash (3.237.1)",
            "Checking job knob settings.",
            "Finished checking job knob settings.",
            "Start tracking orphan processes.",
        ]

    def _checkout(self, task: Task) -> list[str]:
        repository = self._build.definition.repository
        if task.name.startswith("Post-job"):
            return ["Cleaning any cached credential from repository: " + repository]
        return [
            RULE,
            "Task         : Get sources",
            "Description  : Get sources from a repository. Supports Git, TfsVC, and SVN repositories.",
            "Version      : 1.0.0",
            "Author       : Microsoft",
            RULE,
            f"Syncing repository: {repository} (Git)",
            "##[command]git version",
            "git version 2.51.2",
            '##[command]git init "/home/vsts/work/1/s"',
            "Initialized empty Git repository in /home/vsts/work/1/s/.git/",
            "##[command]git fetch --force --tags --prune --prune-tags --progress --no-recurse-submodules origin "
            f"--depth=1 +{self._build.commit}",
            f"##[command]git checkout --progress --force {self._build.commit}",
            f"HEAD is now at {self._build.commit[:8]}",
        ]
