"""Pipelines, runs and previews: pipelines/7.1/pipelines.json."""

from __future__ import annotations

from typing import Any

from . import errors, views
from .ids import ORGANIZATION, iso
from .model import Build, Definition
from .paging import page
from .routing import Call, Response, Route, answer, answer_list
from .yaml_text import final_yaml

RESOURCE_TYPES = {"TfsGit": "azureReposGit", "GitHub": "gitHub", "TfsVersionControl": "azureReposTfvc"}
STATES = {"completed": "completed", "cancelling": "canceling"}
RESULTS = {"succeeded": "succeeded", "partiallySucceeded": "succeeded", "failed": "failed", "canceled": "canceled"}


def _pipeline(call: Call) -> Definition:
    found = call.world.definition(call.project, call.args["pipeline"])
    if found is None:
        raise errors.no_pipeline(call.args["pipeline"])
    return found


def _url(call: Call, each: Definition) -> str:
    return f"{call.world.base}/{ORGANIZATION}/{call.project.id}/_apis/pipelines/{each.id}"


def _reference(call: Call, each: Definition) -> dict[str, Any]:
    url = f"{_url(call, each)}?revision=7"
    return {"url": url, "id": each.id, "revision": 7, "name": each.name, "folder": each.folder}


def _pipeline_json(call: Call, each: Definition) -> dict[str, Any]:
    web = f"{call.world.base}/{ORGANIZATION}/{call.project.id}/_build/definition?definitionId={each.id}"
    links = {"self": {"href": f"{_url(call, each)}?revision=7"}, "web": {"href": web}}
    return {"_links": links, **_reference(call, each)}


def list_pipelines(call: Call) -> Response:
    found = sorted(call.project.definitions.values(), key=lambda d: d.name)
    found, token = page(found, call.params.get("continuationtoken"), call.integer("$top", 1000, 1), lambda d: d.name)
    return answer_list([_pipeline_json(call, each) for each in found], token)


def get_pipeline(call: Call) -> Response:
    each = _pipeline(call)
    return answer({**_pipeline_json(call, each), "configuration": {"type": "yaml"}})


def _run_json(call: Call, build: Build, preview: str | None = None) -> dict[str, Any]:
    url = f"{_url(call, build.definition)}/runs/{build.id}"
    repository = views.source_id(call.project, build.definition)
    resource = {
        "repository": {"id": repository, "type": RESOURCE_TYPES[build.definition.repository_type]},
        "refName": build.branch,
        "version": build.commit,
    }
    run: dict[str, Any] = {
        "_links": {
            "self": {"href": url},
            "web": {"href": f"{call.world.base}/{ORGANIZATION}/{call.project.id}/_build/results?buildId={build.id}"},
            "pipeline": {"href": f"{_url(call, build.definition)}?revision=7"},
        },
        "templateParameters": build.template_parameters,
        "pipeline": _reference(call, build.definition),
        "state": STATES.get(build.status, "inProgress"),
        "createdDate": iso(build.queue_time),
        "url": url,
        "resources": {"repositories": {"self": resource}},
        "id": build.id,
        "name": build.number,
    }
    if build.variables:
        run["variables"] = {name: _variable(value) for name, value in build.variables.items()}
    if build.result is not None:
        run["result"] = RESULTS[build.result]
    if build.finish_time is not None:
        run["finishedDate"] = iso(build.finish_time)
    if preview is not None:
        run["finalYaml"] = preview
    return run


def _variable(value: dict[str, Any]) -> dict[str, Any]:
    if value.get("isSecret"):
        return {"isSecret": True}
    return {"value": value.get("value", "")}


def list_runs(call: Call) -> Response:
    each = _pipeline(call)
    found = [build for build in call.project.builds.values() if build.definition.id == each.id]
    found.sort(key=lambda build: -build.id)
    return answer_list([_run_json(call, build) for build in found[:10_000]])


def get_run(call: Call) -> Response:
    each = _pipeline(call)
    build = call.project.builds.get(int(call.args["run"])) if call.args["run"].isdigit() else None
    if build is None or build.definition.id != each.id:
        raise errors.no_build(call.args["run"])
    return answer(_run_json(call, build))


def _resolve(call: Call, each: Definition, body: dict[str, Any]) -> tuple[str, str]:
    """The full branch and its commit; ApiError when the repository has no such branch."""
    repositories = (body.get("resources") or {}).get("repositories") or {}
    wanted = (repositories.get("self") or {}).get("refName") or each.default_branch
    branches = call.project.branches[each.repository]
    branch = wanted if wanted.startswith(("refs/", "$/")) else f"refs/heads/{wanted}"
    if call.wrong_branch:
        branch = "refs/heads/main"
    if branch not in branches:
        raise errors.invalid_pipeline(
            "The pipeline is not valid. Could not get the latest source version for repository "
            f"{each.repository} hosted on Azure Repos using ref {branch}."
        )
    version = (repositories.get("self") or {}).get("version")
    if version and version not in _commits(call, each):
        raise errors.invalid_pipeline(
            f"The pipeline is not valid. Could not find commit {version} of repository {each.repository}."
        )
    return branch, version or branches[branch]


def _commits(call: Call, each: Definition) -> set[str]:
    """All that the repository is known to hold."""
    builds = {build.commit for build in call.project.builds.values() if build.definition.repository == each.repository}
    heads = set(call.project.branches[each.repository].values())
    return builds | heads | set(call.project.pushed.get(each.repository, ()))


def _checked(call: Call) -> tuple[Definition, dict[str, Any], str, str]:
    each = _pipeline(call)
    body = call.json_body()
    branch, commit = _resolve(call, each, body)
    unknown = [name for name in body.get("stagesToSkip") or [] if name not in each.stages]
    if unknown:
        raise errors.invalid_pipeline(f"The pipeline is not valid. Stage '{unknown[0]}' does not exist.")
    missing = [name for name in each.mandatory if name not in (body.get("templateParameters") or {})]
    if missing:
        raise _missing(missing, call.request.path.endswith("/preview") or bool(body.get("previewRun")))
    return each, body, branch, commit


def _missing(names: list[str], preview: bool) -> errors.ApiError:
    """A start tells each as a result, a preview all of them in its message."""
    results = [f"A value for the '{name}' parameter must be provided." for name in names]
    if not preview:
        return errors.refused_run(results)
    return errors.invalid_pipeline("\n".join(f"/azure-pipelines.yml: {each}" for each in results))


def run_pipeline(call: Call) -> Response:
    each, body, branch, commit = _checked(call)
    if body.get("previewRun"):
        return answer(_previewed(call, each, body, branch))
    return answer(_run_json(call, call.world.create_run(call.project, each, branch, commit, body)))


def _previewed(call: Call, each: Definition, body: dict[str, Any], branch: str) -> dict[str, Any]:
    """A preview through /runs answers a Run without an id of its own."""
    url = f"{_url(call, each)}/runs/-1"
    return {
        "_links": {"self": {"href": url}, "pipeline": {"href": f"{_url(call, each)}?revision=7"}},
        "pipeline": _reference(call, each),
        "state": "unknown",
        "url": url,
        "finalYaml": final_yaml(each, branch, body),
        "id": -1,
    }


def preview(call: Call) -> Response:
    each, body, branch, _ = _checked(call)
    return answer({"finalYaml": final_yaml(each, branch, body)})


ROUTES = [
    Route("GET", "dev", "pipelines", list_pipelines),
    Route("GET", "dev", "pipelines/{pipeline}", get_pipeline),
    Route("GET", "dev", "pipelines/{pipeline}/runs", list_runs),
    Route("POST", "dev", "pipelines/{pipeline}/runs", run_pipeline),
    Route("GET", "dev", "pipelines/{pipeline}/runs/{run}", get_run),
    Route("POST", "dev", "pipelines/{pipeline}/preview", preview),
]
