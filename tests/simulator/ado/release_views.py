"""The JSON of releases, deployments and approvals: release/7.1/release.json."""

from __future__ import annotations

from typing import Any

from . import views
from .catalog import AVERY
from .ids import ORGANIZATION, guid, iso
from .model import Project
from .releases import ENVIRONMENTS, Deployment, Release, ReleaseBook, ReleaseDefinition
from .world import World

Json = dict[str, Any]
TASKS = ("Download artifact - web", "Deploy", "Smoke test")  # the last one fails where the phase does
PHASE = "Run on agent"
OPERATION_ENDED = {
    "succeeded": "succeeded",
    "partial": "partiallySucceeded",
    "failed": "failed",
    "canceled": "canceled",
}


class ReleaseViews:
    def __init__(self, world: World, project: Project, book: ReleaseBook) -> None:
        self._world = world
        self._project = project
        self._book = book
        self._base = f"{world.base}/vsrm/{ORGANIZATION}/{project.id}/_apis/Release"

    def _links(self, kind: str, number: int) -> Json:
        web = "_release?releaseId=" if kind == "releases" else "_release?definitionId="
        return {
            "self": {"href": f"{self._base}/{kind}/{number}"},
            "web": {"href": f"{self._world.base}/{ORGANIZATION}/{self._project.id}/{web}{number}"},
        }

    def definition_reference(self, each: ReleaseDefinition) -> Json:
        return {
            "id": each.id,
            "name": each.name,
            "path": "\\",
            "projectReference": None,
            "url": f"{self._base}/definitions/{each.id}",
            "_links": self._links("definitions", each.id),
        }

    def definition(self, each: ReleaseDefinition, expand: bool) -> Json:
        author = views.person(self._world, AVERY)
        answer: Json = {
            "source": "userInterface",
            "revision": 3,
            "description": None,
            "createdBy": author,
            "createdOn": "2025-03-01T09:00:00.0000000Z",
            "modifiedBy": author,
            "modifiedOn": "2026-05-04T10:30:00.0000000Z",
            "isDeleted": False,
            "variableGroups": None,
            "releaseNameFormat": "Release-$(rev:r)",
            "properties": {},
            **self.definition_reference(each),
        }
        if expand:
            answer["environments"] = [
                {"id": each.environment_id(name), "name": name, "rank": rank, "owner": author, "conditions": []}
                for rank, name in enumerate(ENVIRONMENTS, 1)
            ]
        return answer

    def shallow(self, each: Release) -> Json:
        return {
            "id": each.id,
            "name": each.name,
            "url": f"{self._base}/releases/{each.id}",
            "_links": self._links("releases", each.id),
        }

    def reference(self, each: Release) -> Json:
        """The release as a deployment carries it."""
        artifact = {
            "type": "Build",
            "alias": "_deploy-web",
            "isPrimary": True,
            "definitionReference": {
                "branch": {"id": each.branch, "name": each.branch},
                "version": {"id": str(each.build_id), "name": "20261122.3"},
                "definition": {"id": "12", "name": "api-ci"},
            },
        }
        return {
            **self.shallow(each),
            "artifacts": [artifact],
            "webAccessUri": self._links("releases", each.id)["web"]["href"],
            "description": "Triggered by api-ci 20261122.3.",
            "reason": "continuousIntegration",
            "createdOn": iso(each.created),
            "createdBy": views.person(self._world, each.created_by),
        }

    def release(self, each: Release, environments: bool) -> Json:
        """`environments`: with what became of each, as in a single release or $expand=environments."""
        answer = self.reference(each)
        del answer["webAccessUri"]
        answer |= {
            "status": "active",
            "modifiedOn": iso(each.deployments[-1].queued),
            "modifiedBy": answer["createdBy"],
            "variables": {},
            "variableGroups": [],
            "releaseDefinition": self.definition_reference(each.definition),
            "releaseDefinitionRevision": 3,
            "releaseNameFormat": "Release-$(rev:r)",
            "keepForever": False,
            "definitionSnapshotRevision": 1,
            "logsContainerUrl": f"{self._base}/releases/{each.id}/logs",
            "tags": [],
            "projectReference": {"id": self._project.id, "name": self._project.name},
            "properties": {},
        }
        if environments:
            answer["environments"] = [self.environment(each, name) for name in ENVIRONMENTS]
        return answer

    def environment(self, release: Release, name: str) -> Json:
        deployments = [each for each in release.deployments if each.environment == name]
        last = deployments[-1]
        return {
            "id": last.environment_id,
            "releaseId": release.id,
            "name": name,
            "status": last.statuses[2],
            "variables": {},
            "preDeployApprovals": self.approvals(last),
            "postDeployApprovals": [],
            "deploySteps": [self._attempt(each) for each in deployments],
            "rank": ENVIRONMENTS.index(name) + 1,
            "definitionEnvironmentId": release.definition.environment_id(name),
            "createdOn": iso(release.created),
            "modifiedOn": iso(last.completed or last.queued),
            "release": self.shallow(release),
            "releaseDefinition": self.definition_reference(release.definition),
            "releaseCreatedBy": views.person(self._world, release.created_by),
            "triggerReason": "Automated",
            "timeToDeploy": 7.0 if last.completed else 0.0,
        }

    def _attempt(self, each: Deployment) -> Json:
        return {
            "id": each.id,
            "deploymentId": each.id,
            "attempt": each.attempt,
            "reason": "automated",
            "status": each.statuses[0],
            "operationStatus": each.statuses[1],
            "releaseDeployPhases": [self._phase(each)] if each.started else [],
            "requestedBy": views.person(self._world, each.requested_by),
            "requestedFor": views.person(self._world, each.requested_by),
            "queuedOn": iso(each.queued),
            "lastModifiedOn": iso(each.completed or each.queued),
            "hasStarted": each.started is not None,
            "issues": [],
        }

    def _phase(self, each: Deployment) -> Json:
        assert each.started is not None
        tasks = [self._task(each, rank, name) for rank, name in enumerate(TASKS, 1)]
        status = OPERATION_ENDED.get(each.state, "inProgress")
        job = {
            "id": len(TASKS) + 1,
            "name": PHASE,
            "status": tasks[-1]["status"],
            "rank": 1,
            "agentName": "Azure Pipelines 3",
            "issues": [],
        }
        return {
            "id": each.id,
            "phaseId": str(each.id),
            "name": PHASE,
            "rank": 1,
            "phaseType": "agentBasedDeployment",
            "status": status,
            "runPlanId": guid("release plan", each.id),
            "startedOn": iso(each.started),
            "deploymentJobs": [{"job": job, "tasks": tasks}],
            "manualInterventions": [],
        }

    def _task(self, each: Deployment, rank: int, name: str) -> Json:
        failed = each.state == "failed" and rank == len(TASKS)
        last = {"succeeded": "succeeded", "failed": "failed", "partial": "succeeded", "canceled": "canceled"}
        status = "succeeded" if rank < len(TASKS) else last.get(each.state, "inProgress")
        place = f"{self._base}/releases/{each.release.id}/environments/{each.environment_id}"
        issue = {"issueType": "Error", "message": "Bash exited with code '1'.", "data": {"type": "error"}}
        return {
            "id": rank,
            "timelineRecordId": guid("release task", each.id, rank),
            "name": name,
            "status": status,
            "rank": rank,
            "agentName": "Azure Pipelines 3",
            "issues": [issue] if failed else [],
            "logUrl": f"{place}/deployPhases/{each.id}/tasks/{rank}/logs",
        }

    def deployment(self, each: Deployment) -> Json:
        release = each.release
        answer: Json = {
            "id": each.id,
            "release": self.reference(release),
            "releaseDefinition": self.definition_reference(release.definition),
            "releaseEnvironment": {
                "id": each.environment_id,
                "name": each.environment,
                "url": f"{self._base}/releases/{release.id}/environments/{each.environment_id}",
                "_links": {},
            },
            "projectReference": {"id": self._project.id, "name": self._project.name},
            "definitionEnvironmentId": release.definition.environment_id(each.environment),
            "attempt": each.attempt,
            "reason": "automated",
            "deploymentStatus": each.statuses[0],
            "operationStatus": each.statuses[1],
            "requestedBy": views.person(self._world, each.requested_by),
            "requestedFor": views.person(self._world, each.requested_by),
            "queuedOn": iso(each.queued),
            "startedOn": iso(each.started) if each.started else "0001-01-01T00:00:00",
            "lastModifiedOn": iso(each.completed or each.started or each.queued),
            "lastModifiedBy": views.person(self._world, each.requested_by),
            "conditions": [],
            "preDeployApprovals": self.approvals(each),
            "postDeployApprovals": [],
            "_links": {},
        }
        if each.completed:
            answer["completedOn"] = iso(each.completed)
        return answer

    def approvals(self, each: Deployment) -> list[Json]:
        """Dev needs nobody; QA and Prod need one person."""
        automated = each.environment == "Dev"
        status = {"waiting": "pending", "rejected": "rejected"}.get(each.state, "approved")
        approver = views.person(self._world, AVERY)
        answer: Json = {
            "id": each.approval_id,
            "revision": 1 if status == "pending" else 2,
            "approvalType": "preDeploy",
            "createdOn": iso(each.queued),
            "modifiedOn": iso(each.queued),
            "status": status,
            "comments": "" if status != "rejected" else "Not before the audit is over",
            "isAutomated": automated,
            "isNotificationOn": True,
            "trialNumber": 1,
            "attempt": each.attempt,
            "rank": 1,
            "release": self.shallow(each.release),
            "releaseDefinition": self.definition_reference(each.release.definition),
            "releaseEnvironment": {"id": each.environment_id, "name": each.environment, "_links": {}},
            "url": f"{self._base}/approvals/{each.approval_id}",
        }
        if not automated:
            answer["approver"] = approver
            if status != "pending":
                answer["approvedBy"] = approver
        return [answer]
