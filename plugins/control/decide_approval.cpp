#include "decide_approval.h"

#include <adomcp/azure.hpp>
#include <adomcp/quoted.hpp>
#include <algorithm>
#include <string_view>
#include <utility>

#include "shared/guid.h"
#include "shared/project_links.h"
#include "shared/record_tree.h"
#include "shared/round.h"
#include "shared/run_lookup.h"
#include "write.h"

namespace adomcp::control {

namespace {

constexpr std::size_t kNameBytes = 120;
constexpr std::size_t kMostPeople = 5;

std::string id_argument(const WantedDecision& wanted) {
  const std::string id(sdk::trim(wanted.approval_id));
  if (shared::is_guid(id)) return sdk::to_lower(id);
  throw ToolError(
      "approval_id is the GUID of an approval of a pipeline run, as list_approvals has "
      "it with kind yaml. Approvals of classic releases, whose ids are numbers, can't "
      "be decided here.",
      ADOMCP_INVALID_ARGUMENT);
}

bool is_called(const Json& approval, const std::string& id) {
  return sdk::iequals(sdk::raw_text_of(approval, "id"), id);
}

std::string status_of(const Json& approval) {
  return sdk::raw_text_of(approval, "status");
}

Json approval_of(Call& call, const std::string& id) {
  sdk::Query query;
  query.add("$expand", "steps").add("api-version", "7.2-preview.2");
  Json approval = call.send({.path = "pipelines/approvals/" + id,
                             .query = query.text(),
                             .max_bytes = kAnswerBytes})
                      .json();
  if (is_called(approval, id)) return approval;
  throw ToolError(
      "Azure DevOps did not answer with the approval asked for but with something else. "
      "Nothing was decided. Try again.",
      ADOMCP_UNAVAILABLE);
}

/// ` by "Robin" on 2026-11-23T12:00:00Z`, as far as it is known.
std::string decision_of(const Json& step) {
  const Json& actual = sdk::member(step, "actualApprover");
  const std::string who = sdk::raw_text_of(
      actual.is_object() ? actual : sdk::member(step, "assignedApprover"), "displayName");
  const std::string when = sdk::raw_text_of(step, "lastModifiedOn");
  std::string out = who.empty() ? "" : " by " + sdk::quoted(who, kNameBytes);
  if (sdk::parse_time(when)) out += " on " + when.substr(0, 19) + "Z";
  return out;
}

void refuse_decided(const Json& approval) {
  const std::string status = status_of(approval);
  if (sdk::iequals(status, "pending")) return;
  std::string said = status.empty()
                         ? "Azure DevOps does not say that the approval is pending"
                         : "The approval is not pending: it is " + sdk::quoted(status, kNameBytes);
  std::size_t people = 0;
  for (const Json& step : sdk::list_of(sdk::member(approval, "steps"))) {
    const std::string one = status_of(step);
    const bool decided = sdk::iequals(one, "approved") || sdk::iequals(one, "rejected");
    if (!decided || people++ >= kMostPeople) continue;
    said += (people == 1 ? "; " : ", ") + sdk::to_lower(one) + decision_of(step);
  }
  throw ToolError(said + ". Nothing was sent.");
}

/// The run that waits.
std::int64_t run_id_of(const Json& approval) {
  const Json& owner = sdk::member(sdk::member(approval, "pipeline"), "owner");
  std::int64_t id = sdk::integer_of(owner, "id");
  if (id <= 0) id = sdk::parse_id(sdk::raw_text_of(owner, "id")).value_or(0);
  if (id > 0) return id;
  throw ToolError(
      "Azure DevOps does not say which run waits for the approval. Nothing was decided; "
      "decide on it in the browser.");
}

/// The host holds the run to the project; the approval names its own in links alone.
void refuse_other_project(const Json& approval, const Json& build) {
  const Json& project = sdk::member(build, "project");
  const std::string id = sdk::raw_text_of(project, "id");
  const std::string name = sdk::raw_text_of(project, "name");
  for (const std::string& of : shared::projects_of_approval(approval)) {
    if (sdk::iequals(of, id) || sdk::iequals(of, name)) continue;
    throw ToolError("The approval is of another project than its run. Nothing was decided.",
                    ADOMCP_DENIED);
  }
}

/// Where a timeline has the approval.
struct Place {
  std::string stage;
  std::string suite;  ///< of checks that it is one of; its id is the checkpoint's
};

Place place_of(const Json& timeline, const std::string& approval_id) {
  const shared::RecordTree tree(timeline);
  for (const shared::Record* record : tree.all("Checkpoint.Approval")) {
    if (!sdk::iequals(record->id, approval_id)) continue;
    return {sdk::safe_text(shared::stage_name(*record), kNameBytes),
            shared::is_guid(record->parent_id) ? record->parent_id : std::string()};
  }
  return {};
}

/// The environment whose approval it is; empty: not known, or it is of something else.
std::string environment_of(Call& call, const std::string& suite, const std::string& approval_id) {
  if (suite.empty()) return {};
  const Json checks = shared::json_or_null(
      call.send({.path = "pipelines/checks/runs/" + suite,
                 .query = sdk::Query().add("api-version", "7.2-preview.1").text(),
                 .max_bytes = kAnswerBytes,
                 .timeout_ms = kLookMs}));
  for (const Json& one : sdk::list_of(sdk::member(checks, "checkRuns"))) {
    const Json& resource = sdk::member(sdk::member(one, "checkConfigurationRef"), "resource");
    const bool fits = is_called(one, approval_id) &&
                      sdk::iequals(sdk::raw_text_of(resource, "type"), "environment");
    if (fits) return sdk::safe_text_of(resource, "name", kNameBytes);
  }
  return {};
}

Json decided_approval(const AdoResponse& response, const std::string& id) {
  const Json answer = shared::json_or_null(response);
  for (const Json& one : sdk::list_of(answer)) {
    if (is_called(one, id)) return one;
  }
  unknown_outcome("its answer could not be read: the approval may be decided", "list_approvals");
}

/// How many have yet to approve; 0: not known.
std::int64_t missing_of(const Json& approval) {
  const Json& steps = sdk::list_of(sdk::member(approval, "steps"));
  std::int64_t needed = sdk::integer_of(approval, "minRequiredApprovers");
  if (needed <= 0) needed = static_cast<std::int64_t>(steps.size());  // then all have to
  const auto given = std::count_if(steps.begin(), steps.end(), [](const Json& step) {
    return sdk::iequals(status_of(step), "approved");
  });
  return std::max<std::int64_t>(0, needed - given);
}

Notes notes_after(const Json& approval, const std::string& sent) {
  const std::string status = status_of(approval);
  if (sdk::iequals(status, sent)) return {};
  if (!sdk::iequals(status, "pending")) {
    return {"It was sent as " + sent +
            ", but Azure DevOps shows another status: look with "
            "list_approvals."};
  }
  const std::int64_t missing = sent == "approved" ? missing_of(approval) : 0;
  return {missing > 0 ? "The run still waits: " + std::to_string(missing) + " more must approve."
                      : "The approval is still pending: look with list_approvals."};
}

}  // namespace

Decided decide_approval(Call& call, const WantedDecision& wanted) {
  const std::string id = id_argument(wanted);
  const Json approval = approval_of(call, id);
  refuse_decided(approval);
  Notes unread;  // the timeline only gives the stage's name
  const shared::FoundRun found = shared::look_up_run(call, run_id_of(approval), unread);
  note_run(call, found.build);
  refuse_other_project(approval, found.build);
  refuse_deleted(found.build);

  const std::string sent = wanted.decision == "approve" ? "approved" : "rejected";
  Json update = {{"approvalId", id}, {"status", sent}};
  if (wanted.comment) update["comment"] = *wanted.comment;
  const AdoResponse response = patch(call, "pipelines/approvals", Json::array({std::move(update)}));
  const Json after = decided_approval(response, id);
  Decided out{};
  const Place place = place_of(found.timeline, id);
  out.approval = {id, sdk::safe_text_of(after, "status", kNameBytes), place.stage,
                  environment_of(call, place.suite, id)};
  out.run = run_of(found.build);
  out.notes = unless_empty(notes_after(after, sent));
  return out;
}

}  // namespace adomcp::control
