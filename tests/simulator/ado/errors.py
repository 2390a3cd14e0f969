"""Azure DevOps' error answers, in its own words where those are known (README.md says which)."""

from __future__ import annotations

import json
from typing import Any

_MVC = "System.Web.HttpException, System.Web, Version=4.0.0.0, Culture=neutral, PublicKeyToken=b03f5f7f11d50a3a"
SIGN_IN_PAGE = (
    '<!DOCTYPE html>\r\n<html lang="en-US">\r\n<head><title>Azure DevOps Services | Sign In</title></head>\r\n'
    '<body><div id="signInForm">Sign in to your account</div></body>\r\n</html>\r\n'
)


class ApiError(Exception):
    def __init__(self, status: int, message: str, type_name: str, event_id: int = 3000, **custom: Any) -> None:
        super().__init__(message)
        self.status = status
        self._type_name = type_name
        self._event_id = event_id
        self._custom = custom
        self.headers: dict[str, str] = {}

    def body(self) -> bytes:
        answer: dict[str, Any] = {"$id": "1"}
        if self._custom:
            answer["customProperties"] = self._custom
        answer.update(
            innerException=None,
            message=str(self),
            typeName=self._type_name,
            typeKey=self._type_name.partition(",")[0].rpartition(".")[2],
            errorCode=0,
            eventId=self._event_id,
        )
        return json.dumps(answer, separators=(",", ":")).encode()


def no_controller(path: str) -> ApiError:
    message = f"The controller for path '{path}' was not found or does not implement IController."
    return ApiError(404, message, _MVC, 0)


def no_project(name: str) -> ApiError:
    message = (
        f"TF200016: The following project does not exist: {name}. Verify that the name of the project is correct and "
        "that the project exists on the specified Azure DevOps Server."
    )
    kind = "Microsoft.TeamFoundation.Core.WebApi.ProjectDoesNotExistWithNameException"
    return ApiError(404, message, f"{kind}, Microsoft.TeamFoundation.Core.WebApi")


def no_project_id(project_id: str) -> ApiError:
    message = (
        f"VS800075: The project with id 'vstfs:///Classification/TeamProject/{project_id}' does not exist, "
        "or you do not have permission to access it."
    )
    kind = "Microsoft.TeamFoundation.Core.WebApi.ProjectDoesNotExistException"
    return ApiError(404, message, f"{kind}, Microsoft.TeamFoundation.Core.WebApi")


def build2(status: int, kind: str, message: str, **custom: Any) -> ApiError:
    name = f"Microsoft.TeamFoundation.Build.WebApi.{kind}, Microsoft.TeamFoundation.Build2.WebApi"
    return ApiError(status, message, name, **custom)


def no_build(number: object) -> ApiError:
    return build2(404, "BuildNotFoundException", f"The requested build {number} could not be found.")


def no_pipeline(number: object) -> ApiError:
    name = "Microsoft.Azure.Pipelines.WebApi.PipelineNotFoundException, Microsoft.Azure.Pipelines.WebApi"
    return ApiError(404, f"Pipeline {number} not found.", name)


def no_repository(name: object) -> ApiError:
    message = (
        f"TF401019: The Git repository with name or identifier {name} does not exist or you do not have permissions "
        "for the operation you are attempting."
    )
    kind = "Microsoft.TeamFoundation.Git.Server.GitRepositoryNotFoundException"
    return ApiError(404, message, f"{kind}, Microsoft.TeamFoundation.Git.Server")


def invalid_pipeline(message: str) -> ApiError:
    name = "Microsoft.Azure.Pipelines.WebApi.PipelineValidationException, Microsoft.Azure.Pipelines.WebApi"
    return ApiError(400, message, name)


def refused_run(results: list[str]) -> ApiError:
    """A start that the service checked and refused, with a result for each reason."""
    message = "Could not queue the build because there were validation errors or warnings."
    found = [{"result": "error", "message": each} for each in results]
    return build2(400, "BuildRequestValidationFailedException", message, ValidationResults=found)


def no_stage(name: object, build: object) -> ApiError:
    return build2(404, "StageNotFoundException", f"The stage {name} of build {build} could not be found.")


def no_retry(name: object, build: object) -> ApiError:
    return build2(400, "BuildStatusInvalidChangeException", f"The stage {name} of build {build} cannot be retried.")


def no_change(build: object, status: object) -> ApiError:
    message = f"The status of build {build} cannot be changed from {status} to cancelling."
    return build2(400, "BuildStatusInvalidChangeException", message)


def approval(status: int, kind: str, message: str) -> ApiError:
    area = "Microsoft.Azure.Pipelines.Approval.WebApi"
    return ApiError(status, message, f"{area}.{kind}, {area}")


def no_timeline(number: object) -> ApiError:
    return build2(404, "TimelineNotFoundException", f"The timeline of build {number} could not be found.")


def no_log(log: object, build: object) -> ApiError:
    message = f"The log with ID {log} of build {build} could not be found."
    return build2(404, "BuildLogNotFoundException", message)


def release(status: int, kind: str, message: str) -> ApiError:
    services = "Microsoft.VisualStudio.Services"
    name = f"{services}.ReleaseManagement.Data.Exceptions.{kind}, {services}.ReleaseManagement2.Data"
    return ApiError(status, message, name)


def bad_argument(message: str) -> ApiError:
    name = (
        "Microsoft.VisualStudio.Services.WebApi.VssPropertyValidationException, Microsoft.VisualStudio.Services.WebApi"
    )
    return ApiError(400, message, name)


def api_version(kind: str, message: str) -> ApiError:
    name = f"Microsoft.VisualStudio.Services.WebApi.{kind}, Microsoft.VisualStudio.Services.WebApi"
    return ApiError(400, message, name)


def method_not_allowed(method: str) -> ApiError:
    name = "Microsoft.VisualStudio.Services.Common.VssServiceException, Microsoft.VisualStudio.Services.Common"
    return ApiError(405, f"The requested resource does not support http method '{method}'.", name, 0)


def may_not(who: str, permission: str) -> ApiError:
    message = f"TF215106: Access denied. {who} needs {permission} permissions to perform the action."
    return build2(403, "AccessDeniedException", message)


def fault(status: int) -> ApiError:
    """What the service says when it refuses for reasons of its own."""
    messages = {
        401: "TF400813: The user 'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa' is not authorized to access this resource.",
        403: "TF401027: You need the 'View builds' permission to perform this action.",
        429: "TF400733: The request has been canceled: Request was blocked due to exceeding usage of resource "
        "'Concurrency' in namespace 'User'. For more information on why your request was blocked, see the topic "
        '"Rate limits" on the Microsoft Web site.',
        503: "TF400898: An Internal Error Occurred. Activity Id: 00000000-0000-0000-0000-000000000000.",
    }
    kinds = {401: "UnauthorizedRequestException", 403: "AccessCheckException", 429: "RequestBlockedException"}
    kind = kinds.get(status, "VssServiceException")
    message = messages.get(status, f"The service answered {status}.")
    return ApiError(
        status, message, f"Microsoft.TeamFoundation.Framework.Server.{kind}, Microsoft.TeamFoundation.Framework.Server"
    )
