"""The JSON of people, projects, definitions and builds."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from .catalog import AVERY, SERVICE
from .ids import ORGANIZATION, guid, iso
from .model import Build, Change, Definition, Person, Project
from .world import World

Json = dict[str, Any]


def person(world: World, who: Person) -> Json:
    number = guid("person", who.name)
    avatar = f"{world.base}/{ORGANIZATION}/_apis/GraphProfile/MemberAvatars/aad.{number}"
    return {
        "displayName": who.name,
        "url": f"{world.base}/vssps/{ORGANIZATION}/_apis/Identities/{number}",
        "_links": {"avatar": {"href": avatar}},
        "id": number,
        "uniqueName": who.mail,
        "imageUrl": avatar,
        "descriptor": f"aad.{number}",
    }


def project(world: World, made: Project) -> Json:
    return {
        "id": made.id,
        "name": made.name,
        "description": made.description,
        "url": f"{world.base}/{ORGANIZATION}/_apis/projects/{made.id}",
        "state": "wellFormed",
        "revision": 41,
        "visibility": "private",
        "lastUpdateTime": "2026-09-01T08:00:00.0000000Z",
    }


def definition_reference(world: World, made: Project, definition: Definition) -> Json:
    return {
        "id": definition.id,
        "name": definition.name,
        "url": f"{world.base}/{ORGANIZATION}/{made.id}/_apis/build/Definitions/{definition.id}?revision=7",
        "uri": f"vstfs:///Build/Definition/{definition.id}",
        "path": definition.folder,
        "type": "build",
        "queueStatus": definition.queue_status,
        "revision": 7,
        "project": project(world, made),
    }


def definition(world: World, made: Project, each: Definition) -> Json:
    self_url = f"{world.base}/{ORGANIZATION}/{made.id}/_apis/build/Definitions/{each.id}?revision=7"
    web = f"{world.base}/{ORGANIZATION}/{made.id}/_build/definition?definitionId={each.id}"
    return {
        "_links": {"self": {"href": self_url}, "web": {"href": web}},
        "quality": "definition",
        "drafts": [],
        "authoredBy": person(world, AVERY),
        "queue": _queue(world),
        "createdDate": "2025-02-03T09:00:00.0000000Z",
        **definition_reference(world, made, each),
    }


def full_definition(world: World, made: Project, each: Definition) -> Json:
    return {
        **definition(world, made, each),
        "buildNumberFormat": "$(date:yyyyMMdd)$(rev:.r)",
        "jobAuthorizationScope": "projectCollection",
        "jobTimeoutInMinutes": 60,
        "jobCancelTimeoutInMinutes": 5,
        "process": {"yamlFilename": "azure-pipelines.yml", "type": 2},
        "repository": repository(world, made, each) | {"defaultBranch": each.default_branch},
        "variables": {},
        "tags": [],
    }


def repository_id(made: Project, name: str) -> str:
    """Of a git repository of Azure Repos."""
    return guid("repository", made.id, name)


def source_id(made: Project, each: Definition) -> str:
    """Of whatever holds the pipeline's sources."""
    if each.repository_type == "GitHub":
        return each.repository
    return "$/" if each.repository_type == "TfsVersionControl" else repository_id(made, each.repository)


def repository(world: World, made: Project, each: Definition) -> Json:
    pages = {
        "GitHub": f"https://github.com/{each.repository}",
        "TfsVersionControl": f"{world.base}/{ORGANIZATION}/",
        "TfsGit": f"{world.base}/{ORGANIZATION}/{quote(made.name)}/_git/{each.repository}",
    }
    return {
        "id": source_id(made, each),
        "type": each.repository_type,
        "name": made.name if each.repository_type == "TfsVersionControl" else each.repository,
        "url": pages[each.repository_type],
        "clean": None,
        "checkoutSubmodules": False,
    }


def _queue(world: World) -> Json:
    return {
        "id": 18,
        "name": "Azure Pipelines",
        "url": f"{world.base}/{ORGANIZATION}/_apis/build/Queues/18",
        "pool": {"id": 9, "name": "Azure Pipelines", "isHosted": True},
    }


def build(world: World, made: Project, each: Build) -> Json:
    url = world.build_url(made, each)
    plan = guid("plan", each.id)
    change = each.changes[0] if each.changes else None
    answer: Json = {
        "_links": {
            "self": {"href": url},
            "web": {"href": f"{world.base}/{ORGANIZATION}/{made.id}/_build/results?buildId={each.id}"},
            "timeline": {"href": f"{url}/Timeline"},
        },
        "properties": {},
        "tags": each.tags,
        "validationResults": [{"result": "error", "message": said} for said in each.validation_errors],
        "plans": [{"planId": plan}],
        "triggerInfo": each.trigger_info
        or ({"ci.sourceSha": each.commit, "ci.message": change.message} if change else {}),
        "id": each.id,
        "buildNumber": each.number,
        "status": each.status,
        "queueTime": iso(each.queue_time),
        "url": url,
        "definition": definition_reference(world, made, each.definition) | {"revision": each.revision},
        "buildNumberRevision": int(each.number.rpartition(".")[2]),
        "project": project(world, made),
        "uri": f"vstfs:///Build/Build/{each.id}",
        "sourceBranch": each.branch,
        "sourceVersion": each.commit,
        "queue": _queue(world),
        "priority": "normal",
        "reason": each.reason,
        "requestedFor": person(world, each.requested_for),
        "requestedBy": person(world, SERVICE if each.reason != "manual" else each.requested_for),
        "lastChangedDate": iso(each.finish_time or each.start_time or each.queue_time),
        "lastChangedBy": person(world, SERVICE),
        "orchestrationPlan": {"planId": plan},
        "logs": {"id": 0, "type": "Container", "url": f"{url}/logs"},
        "repository": repository(world, made, each.definition),
        "retainedByRelease": False,
        "triggeredByBuild": None,
        "appendCommitMessageToRunName": True,
    }
    if each.template_parameters:
        answer["templateParameters"] = each.template_parameters
    if each.parameters:
        answer["parameters"] = json.dumps(each.parameters, separators=(",", ":"))
    if each.queue_position is not None:
        answer["queuePosition"] = each.queue_position
    if each.demands:
        answer["demands"] = [{"name": name, "value": None} for name in each.demands]
    if each.deletion is not None:
        answer["deleted"] = True
        answer["deletedDate"] = iso(each.deletion.time)
        answer["deletedBy"] = person(world, each.deletion.by)
        answer["deletedReason"] = each.deletion.reason
    for key, value in (("result", each.result), ("startTime", each.start_time), ("finishTime", each.finish_time)):
        if value is not None:
            answer[key] = value if isinstance(value, str) else iso(value)
    return answer


def change(world: World, made: Project, each: Build, item: Change) -> Json:
    place = f"{world.base}/{ORGANIZATION}/_apis/git/repositories/{source_id(made, each.definition)}"
    return {
        "id": item.id,
        "message": item.message,
        "type": each.definition.repository_type,
        "author": person(world, item.author),
        "timestamp": iso(item.time),
        "location": f"{place}/commits/{item.id}",
    }
