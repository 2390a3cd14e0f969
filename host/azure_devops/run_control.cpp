#include "azure_devops/run_control.h"

#include <nlohmann/json.hpp>

#include "azure_devops/response_check.h"
#include "azure_devops/run_facts.h"
#include "core/cleaning.h"
#include "core/guid.h"
#include "core/json.h"
#include "core/sha256.h"
#include "core/text.h"
#include "policy/find_project.h"
#include "policy/wording.h"

namespace adomcp::azure_devops {
namespace {

using nlohmann::json;
using policy::ControlAction;

constexpr const char* kBuildApi = "api-version=7.1";
constexpr const char* kApprovalApi = "api-version=7.2-preview.2";
constexpr const char* kCheckApi = "api-version=7.2-preview.1";
constexpr std::size_t kInstructions = 500;  // bytes of them that a person is shown
constexpr std::uint64_t kTimelineBytes = 32ULL * 1024 * 1024;

std::string build_path(std::int64_t run_id) {
  return "build/builds/" + std::to_string(run_id);
}

std::string approval_path(const std::string& id) {
  return "pipelines/approvals/" + id;
}

bool not_theirs(const Error& error) {
  return error.code == ErrorCode::kNotFound || error.code == ErrorCode::kDenied;
}

}  // namespace

Result<UpstreamAnswer> RunControl::retry_stage(const UpstreamRequest& base, std::int64_t run_id,
                                               const std::string& stage, const StageRetry& retry) {
  RunChange change;
  change.write.action = ControlAction::kRetryStage;
  change.write.stage = stage;
  change.run_id = run_id;
  change.all_jobs = retry.all_jobs;
  change.path = build_path(run_id) + "/stages/" + stage;
  change.query = kBuildApi;
  change.body = to_json(retry);
  if (const auto read = read_run(base, change); !read) return read.error();
  if (const auto read = read_stage(base, change); !read) return read.error();
  return send(base, change);
}

Result<UpstreamAnswer> RunControl::cancel_run(const UpstreamRequest& base, std::int64_t run_id) {
  RunChange change;
  change.write.action = ControlAction::kCancelRun;
  change.run_id = run_id;
  change.path = build_path(run_id);
  change.query = kBuildApi;
  change.body = cancel_json();
  if (const auto read = read_run(base, change); !read) return read.error();
  return send(base, change);
}

Result<UpstreamAnswer> RunControl::decide_approval(const UpstreamRequest& base,
                                                   const ApprovalDecision& decision) {
  RunChange change;
  change.write.action = ControlAction::kDecideApproval;
  change.write.own_name = steps_.upstream().in_own_name(base);
  change.approval_id = decision.approval_id;
  change.approve = decision.approve;
  change.comment = decision.comment;
  change.path = "pipelines/approvals";
  change.query = kApprovalApi;
  change.body = to_json(decision);
  if (const auto read = read_approval(base, change); !read) return read.error();
  if (const auto read = read_run(base, change); !read) return read.error();
  if (const auto read = read_guarded(base, change); !read) return read.error();
  return send(base, change);
}

/// The run and its pipeline, as Azure DevOps itself names them now.
Status RunControl::read_run(const UpstreamRequest& base, RunChange& change) const {
  const auto answer = steps_.read(base, build_path(change.run_id), kBuildApi);
  if (!answer) return answer.error();
  const RunFacts facts = run_facts(json_from(answer->response.body));
  if (facts.pipeline_id == 0 || facts.pipeline.empty() || facts.branch.empty()) {
    return Error{ErrorCode::kUnavailable,
                 "Azure DevOps does not say which pipeline and branch run " +
                     std::to_string(change.run_id) + " is of, so that nothing can be allowed.",
                 {}};
  }
  auto& write = change.write;
  if (steps_.scope().kind == OperationKind::kTool) write.tool = steps_.scope().name;
  write.pipeline_id = facts.pipeline_id;
  write.pipeline_name = facts.pipeline;
  write.folder = facts.folder;
  write.branch = facts.branch;
  change.run_number = facts.number;
  change.run_state = facts.state;
  return Done{};
}

Status RunControl::read_stage(const UpstreamRequest& base, RunChange& change) const {
  const auto answer =
      steps_.read(base, build_path(change.run_id) + "/timeline", kBuildApi, kTimelineBytes);
  if (!answer) return answer.error();
  const auto stage = stage_facts(json_from(answer->response.body), change.write.stage);
  if (!stage) {
    return Error{ErrorCode::kInvalid,
                 "Run " + std::to_string(change.run_id) + " has no stage " +
                     policy::in_quotes(change.write.stage) + ".",
                 "Name it as the YAML does; get_run shows the stages."};
  }
  change.stage_name = stage->name;
  change.attempt = stage->attempt;
  return Done{};
}

Status RunControl::read_approval(const UpstreamRequest& base, RunChange& change) const {
  const auto answer = steps_.read(base, approval_path(change.approval_id), kApprovalApi);
  if (!answer) return answer.error();
  const ApprovalFacts facts = approval_facts(json_from(answer->response.body));
  const std::string cleaned = clean(facts.instructions);
  change.instructions = std::string(truncate_utf8(cleaned, kInstructions));
  change.instructions_cut = cleaned.size() - change.instructions.size();
  change.instructions_sha256 = sha256_hex(facts.instructions);
  change.run_id = facts.run_id;
  if (facts.run_id > 0) return Done{};
  return Error{ErrorCode::kUnavailable,
               "Azure DevOps does not say which run approval " + change.approval_id +
                   " belongs to, so that nothing can be allowed.",
               "Decide on it in Azure DevOps."};
}

/// The stage and the environments that the approval is for. What can't be read stays unknown, and
/// only a rule for all environments admits it.
Status RunControl::read_guarded(const UpstreamRequest& base, RunChange& change) const {
  const auto timeline =
      steps_.read(base, build_path(change.run_id) + "/timeline", kBuildApi, kTimelineBytes);
  if (!timeline) return not_theirs(timeline.error()) ? Status(Done{}) : timeline.error();
  const auto place = approval_place(json_from(timeline->response.body), change.approval_id);
  change.write.stage = place.stage;
  change.stage_name = place.stage_name;
  if (!is_guid(place.suite)) return Done{};
  const auto suite = steps_.read(base, "pipelines/checks/runs/" + place.suite,
                                 std::string("$expand=resources&") + kCheckApi);
  if (!suite) return not_theirs(suite.error()) ? Status(Done{}) : suite.error();
  std::vector<std::string> names;
  for (const auto id : guarded_environments(json_from(suite->response.body), change.approval_id)) {
    const auto answer =
        steps_.read(base, "pipelines/environments/" + std::to_string(id), kCheckApi);
    if (!answer) return not_theirs(answer.error()) ? Status(Done{}) : answer.error();
    names.push_back(text_at(json_from(answer->response.body), "name"));
    if (names.back().empty()) return Done{};
  }
  change.write.environments = std::move(names);
  return Done{};
}

Result<UpstreamAnswer> RunControl::send(const UpstreamRequest& base, const RunChange& change) {
  steps_.note(resolved_change(steps_.target(), change));
  const auto decision =
      policy::decide_control(steps_.scope().principal, steps_.target(), change.write, policy_);
  if (!decision.allowed) return steps_.refused(decision);
  const auto permitted = steps_.permit(decision.needs_confirmation, [&] {
    auto pending = pending_change(steps_.target(), change);
    pending.two_step = takes_two_steps();
    return pending;
  });
  if (!permitted) return permitted.error();

  UpstreamRequest request = base;
  request.target = api_target(steps_.target().organization, steps_.target().project_id, change.path,
                              change.query);
  request.content_type = "application/json";
  request.body = change.body;
  request.deadline = WriteSteps::with_reserve(base.deadline);
  auto answer = steps_.upstream().patch_once(request);
  if (!answer && answer.error().code == ErrorCode::kUnknown) {
    return unknown(base, change, answer.error().message);
  }
  if (!answer || answer->response.body.empty()) return answer;
  if (check_response(answer->response.body, steps_.target().project_id) == ResponseVerdict::kGood) {
    return answer;
  }
  return unknown(base, change, "Azure DevOps took it, but its answer can't be read.");
}

bool RunControl::takes_two_steps() const {
  const auto* project = policy::find_project(steps_.target(), policy_);
  return project != nullptr && project->control && project->control->two_step;
}

Error RunControl::unknown(const UpstreamRequest& base, const RunChange& change,
                          const std::string& why) const {
  return {ErrorCode::kUnknown,
          "It is unknown whether this was done: " + why + " " + look(base, change),
          "Look at run " + std::to_string(change.run_id) + " before trying it again."};
}

/// One bounded look, in the words of what is there now.
std::string RunControl::look(const UpstreamRequest& base, const RunChange& change) const {
  if (base.cancel.cancelled()) return "Nobody waited to look afterwards.";
  UpstreamRequest request = base;
  request.deadline = base.deadline.earlier(Deadline::after(kLook));
  const bool retries = change.write.action == ControlAction::kRetryStage;
  const bool decides = change.write.action == ControlAction::kDecideApproval;
  const std::string path = decides ? approval_path(change.approval_id)
                                   : build_path(change.run_id) + (retries ? "/timeline" : "");
  const auto answer =
      steps_.read(request, path, decides ? kApprovalApi : kBuildApi, retries ? kTimelineBytes : 0);
  if (!answer) return "Looking afterwards failed too: " + answer.error().message;
  const json found = json_from(answer->response.body);
  if (retries) {
    const auto stage = stage_facts(found, change.write.stage);
    return "Looking afterwards, the stage is at attempt " +
           std::to_string(stage ? stage->attempt : 0) + "; it was at attempt " +
           std::to_string(change.attempt) + " before.";
  }
  const std::string state = decides ? approval_facts(found).status : run_facts(found).state;
  return std::string("Looking afterwards, the ") + (decides ? "approval" : "run") + " is " +
         policy::in_quotes(state) + ".";
}

}  // namespace adomcp::azure_devops
