#include "azure_devops/run_starter.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "azure_devops/pending_write.h"
#include "azure_devops/response_check.h"
#include "core/json.h"
#include "core/text.h"
#include "core/time_text.h"
#include "policy/find_project.h"

namespace adomcp::azure_devops {
namespace {

using nlohmann::json;

constexpr std::size_t kRunsLookedAt = 5;
constexpr int kMostPages = 10;

/// "run 5001 was queued at 2026-11-23T12:00:01Z, …" for the runs that are new since `since`.
std::string new_runs(const json& builds, const std::string& since) {
  std::string found;
  const auto list = builds.is_object() ? builds.find("value") : builds.end();
  if (list == builds.end() || !list->is_array()) return found;
  for (std::size_t i = 0; i < std::min(list->size(), kRunsLookedAt); ++i) {
    const json& build = (*list)[i];
    const std::string queued = text_at(build, "queueTime").substr(0, 19);
    const auto id = build.is_object() ? build.find("id") : build.end();
    if (queued < since || id == build.end() || !id->is_number_integer()) continue;
    found += (found.empty() ? "run " : ", run ") + json_text(*id) + " was queued at " +
             std::string(truncate_utf8(queued, 19)) + "Z";
  }
  return found;
}

}  // namespace

Result<UpstreamAnswer> RunStarter::start(const UpstreamRequest& base, std::int64_t pipeline_id,
                                         RunPipelineBody body) {
  const auto write = prepare(base, pipeline_id, body);
  if (!write) return write.error();
  const auto permitted = steps_.permit(needs_confirmation_, [&] { return pending(*write, body); });
  if (!permitted) return permitted.error();

  auto answer = steps_.upstream().post_once(request_for(base, pipeline_id, body));
  if (!answer && answer.error().code == ErrorCode::kUnknown) {
    return unknown(base, *write, answer.error().message);
  }
  if (!answer) return answer;
  const auto verdict = check_response(answer->response.body, steps_.target().project_id);
  if (verdict == ResponseVerdict::kGood) return answer;
  return unknown(base, *write, "Azure DevOps took it, but its answer can't be read.");
}

Result<UpstreamAnswer> RunStarter::preview(const UpstreamRequest& base, std::int64_t pipeline_id,
                                           RunPipelineBody body) {
  body.preview = true;
  const auto write = prepare(base, pipeline_id, body);
  if (!write) return write.error();
  auto answer = steps_.upstream().post_once(request_for(base, pipeline_id, body));
  if (answer || answer.error().code != ErrorCode::kUnknown) return answer;
  Error error = answer.error();
  error.code = ErrorCode::kUnavailable;  // it changes nothing, so an unclear end is only a failure
  return error;
}

UpstreamRequest RunStarter::request_for(const UpstreamRequest& base, std::int64_t pipeline_id,
                                        const RunPipelineBody& body) const {
  UpstreamRequest request = base;
  const char* verb = body.preview ? "/preview" : "/runs";
  request.target = api_target(steps_.target().organization, steps_.target().project_id,
                              "pipelines/" + std::to_string(pipeline_id) + verb, "api-version=7.1");
  request.content_type = "application/json";
  request.body = to_json(body);
  if (!body.preview) request.deadline = WriteSteps::with_reserve(base.deadline);
  return request;
}

/// Resolves it, asks policy, and only then where the branch is: whoever may not run it learns
/// nothing of the repository.
Result<policy::RunPipelineWrite> RunStarter::prepare(const UpstreamRequest& base,
                                                     std::int64_t pipeline_id,
                                                     RunPipelineBody& body) {
  auto write = resolve(base, pipeline_id, body);
  if (!write) return write;
  const auto decision =
      policy::decide_write(steps_.scope().principal, steps_.target(), *write, policy_);
  if (!decision.allowed) {
    note(*write, body);
    return steps_.refused(decision);
  }
  needs_confirmation_ = decision.needs_confirmation;
  const auto pinned = pin(base, body);
  note(*write, body);
  if (!pinned) return pinned.error();
  return write;
}

/// What Azure DevOps itself says the pipeline is. The branch is always named in the write, so that
/// a default branch can't change between the decision and the run.
Result<policy::RunPipelineWrite> RunStarter::resolve(const UpstreamRequest& base,
                                                     std::int64_t pipeline_id,
                                                     RunPipelineBody& body) {
  auto answer =
      steps_.read(base, "build/definitions/" + std::to_string(pipeline_id), "api-version=7.1");
  if (!answer) return answer.error();
  const json definition = json_from(answer->response.body);
  source_ = source_of(definition);
  if (body.branch.empty()) body.branch = source_.default_branch;
  policy::RunPipelineWrite write;
  if (steps_.scope().kind == OperationKind::kTool) write.tool = steps_.scope().name;
  write.pipeline_id = pipeline_id;
  write.pipeline_name = text_at(definition, "name");
  write.folder = text_at(definition, "path");
  write.branch = body.branch;
  write.preview = body.preview;
  write.stages_to_skip = body.stages_to_skip;
  for (const auto& [name, variable] : body.variables) write.variables.push_back(name);
  for (const auto& [name, value] : body.template_parameters) {
    write.template_parameters.push_back(name);
  }
  if (write.pipeline_name.empty() || write.branch.empty()) {
    return Error{ErrorCode::kUnavailable,
                 "Azure DevOps does not say what pipeline " + std::to_string(pipeline_id) +
                     " is called or which branch is its default.",
                 "Name the branch."};
  }
  const auto date = parse_http_date(answer->date);
  sent_at_ = utc_seconds(date ? *date : std::chrono::system_clock::now());
  return write;
}

/// The commit that the branch is at now is what runs, whatever is pushed after this. It stays
/// unknown where Azure DevOps doesn't hold the repository, or not for the one who asks.
Status RunStarter::pin(const UpstreamRequest& base, RunPipelineBody& body) {
  if (!source_.is_azure_git() || !body.branch.starts_with("refs/")) return Done{};
  std::string page;
  for (int pages = 0; pages < kMostPages; ++pages) {
    const auto answer = steps_.read(base, refs_path(source_), refs_query(body.branch, page));
    if (!answer) {
      const auto code = answer.error().code;
      const bool not_theirs = code == ErrorCode::kNotFound || code == ErrorCode::kDenied;
      return not_theirs ? Status(Done{}) : Status(answer.error());
    }
    body.version = commit_in(json_from(answer->response.body), body.branch);
    page = answer->response.continuation_token;
    if (!body.version.empty()) return Done{};
    if (page.empty()) break;
  }
  return no_such_branch(source_, body.branch);
}

void RunStarter::note(const policy::RunPipelineWrite& write, const RunPipelineBody& body) const {
  steps_.note(resolved_write(steps_.target(), write, body));
}

PendingWrite RunStarter::pending(const policy::RunPipelineWrite& write,
                                 const RunPipelineBody& body) const {
  auto pending = pending_write(steps_.target(), write, body);
  const auto* project = policy::find_project(steps_.target(), policy_);
  pending.two_step = project != nullptr && project->trigger && project->trigger->two_step;
  return pending;
}

Error RunStarter::unknown(const UpstreamRequest& base, const policy::RunPipelineWrite& write,
                          const std::string& why) {
  return {ErrorCode::kUnknown,
          "It is unknown whether the run was started: " + why + " " + look(base, write),
          "Look at the pipeline's runs before starting it again."};
}

std::string RunStarter::look(const UpstreamRequest& base, const policy::RunPipelineWrite& write) {
  if (base.cancel.cancelled()) return "Nobody waited to look afterwards.";
  UpstreamRequest request = base;
  request.deadline = base.deadline.earlier(Deadline::after(kLook));
  const std::string query =
      "definitions=" + std::to_string(write.pipeline_id) +
      "&branchName=" + query_part(write.branch) +
      "&queryOrder=queueTimeDescending&$top=" + std::to_string(kRunsLookedAt) + "&api-version=7.1";
  const auto answer = steps_.read(request, "build/builds", query);
  if (!answer) return "Looking afterwards failed too: " + answer.error().message;
  const std::string found = new_runs(json_from(answer->response.body), sent_at_);
  if (found.empty()) return "No new run of this pipeline is visible on " + write.branch + ".";
  return "Looking afterwards, " + found + "; it may be this one.";
}

}  // namespace adomcp::azure_devops
