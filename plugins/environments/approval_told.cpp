#include "approval_told.h"

#include <adomcp/azure.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

namespace adomcp::environments {

namespace {

using nlohmann::json;

constexpr std::size_t kMostPeople = 10;
constexpr std::size_t kNameBytes = 120;
constexpr std::size_t kWordsBytes = 500;
constexpr std::size_t kMostLevels = 4;  // from an approval's record up to its stage

std::string name_of(const json& person) {
  return sdk::safe_text_of(person, "displayName", kNameBytes);
}

template <class T>
std::optional<std::vector<T>> unless_empty(std::vector<T> list) {
  if (list.empty()) return std::nullopt;
  return list;
}

/// "preDeploy", where the service writes "PreDeploy" at times.
std::string state_of(const json& object, const char* key) {
  std::string state = sdk::raw_text_of(object, key);
  if (!state.empty()) state[0] = sdk::lower(state[0]);
  return state;
}

/// What somebody may still decide on.
bool is_open(const std::string& status) {
  for (const char* one : {"", "undefined", "uninitiated", "pending", "deferred", "reassigned"}) {
    if (sdk::iequals(status, one)) return true;
  }
  return false;
}

std::optional<std::int64_t> id_of(const json& object, const char* key = "id") {
  if (const std::int64_t id = sdk::integer_of(object, key); id > 0) return id;
  return sdk::parse_id(sdk::raw_text_of(object, key));
}

std::optional<IdAndName> named(const json& object) {
  const auto id = id_of(object);
  if (!id) return std::nullopt;
  return IdAndName{*id, sdk::safe_text_of(object, "name", kNameBytes)};
}

void add_steps(const json& steps, Approval& out) {
  std::vector<std::string> waits;
  std::vector<Decision> decided;
  std::int64_t given = 0;
  for (const json& step : sdk::list_of(steps)) {
    const std::string status = state_of(step, "status");
    const json& actual = sdk::member(step, "actualApprover");
    const json& assigned = sdk::member(step, "assignedApprover");
    if (sdk::iequals(status, "approved")) ++given;
    if (is_open(status)) {
      if (waits.size() < kMostPeople) waits.push_back(name_of(assigned));
    } else if (decided.size() < kMostPeople) {
      decided.push_back({name_of(actual.is_object() ? actual : assigned), status,
                         sdk::safe_text_of(step, "comment", kWordsBytes)});
    }
  }
  out.may_decide = unless_empty(std::move(waits));
  out.decided = unless_empty(std::move(decided));
  if (!sdk::list_of(steps).empty()) out.given = given;
}

/// The page of a release by its address in the API: on Azure DevOps' own host, or beside it.
std::string release_page(const json& release) {
  constexpr std::string_view kHost = "https://vsrm.dev.azure.com/";
  constexpr std::string_view kApi = "/_apis/Release/releases/";
  std::string link = sdk::web_link(release);
  if (!link.empty()) return link;
  const std::string url = sdk::raw_text_of(release, "url");
  const std::size_t api = url.find(kApi);
  if (url.compare(0, kHost.size(), kHost) != 0 || api == std::string::npos) return {};
  const auto id = sdk::parse_id(std::string_view(url).substr(api + kApi.size()));
  if (!id) return {};
  return "https://dev.azure.com/" + url.substr(kHost.size(), api - kHost.size()) +
         "/_releaseProgress?_a=release-pipeline-progress&releaseId=" + std::to_string(*id);
}

}  // namespace

Approval yaml_approval(const json& approval) {
  const json& pipeline = sdk::member(approval, "pipeline");
  const json& run = sdk::member(pipeline, "owner");
  Approval out{};
  out.kind = "yaml";
  out.id = sdk::raw_text_of(approval, "id");
  out.status = state_of(approval, "status");
  out.since = sdk::raw_text_of(approval, "createdOn");
  out.pipeline = named(pipeline);
  out.run_id = id_of(run);
  out.run_number = sdk::safe_text_of(run, "name", kNameBytes);
  add_steps(sdk::member(approval, "steps"), out);
  // Without a number of their own, all have to.
  const std::int64_t least = sdk::integer_of(approval, "minRequiredApprovers");
  const auto steps = static_cast<std::int64_t>(sdk::list_of(sdk::member(approval, "steps")).size());
  if (least > 0 || steps > 0) out.needed = least > 0 ? least : steps;
  out.order = state_of(approval, "executionOrder");
  std::vector<std::string> blocked;
  for (const json& person : sdk::list_of(sdk::member(approval, "blockedApprovers"))) {
    if (blocked.size() < kMostPeople) blocked.push_back(name_of(person));
  }
  out.may_not_decide = unless_empty(std::move(blocked));
  out.instructions = sdk::safe_text_of(approval, "instructions", kWordsBytes);
  out.url = sdk::web_link(run);
  return out;
}

Approval release_approval(const json& approval) {
  Approval out{};
  out.kind = "release";
  out.id = std::to_string(sdk::integer_of(approval, "id"));
  out.status = state_of(approval, "status");
  out.since = sdk::raw_text_of(approval, "createdOn");
  out.pipeline = named(sdk::member(approval, "releaseDefinition"));
  const json& release = sdk::member(approval, "release");
  out.release = named(release);
  out.environment =
      sdk::safe_text_of(sdk::member(approval, "releaseEnvironment"), "name", kNameBytes);
  out.type = state_of(approval, "approvalType");
  const json& by = sdk::member(approval, "approvedBy");
  const std::string approver = name_of(sdk::member(approval, "approver"));
  if (!is_open(*out.status)) {
    out.decided = std::vector<Decision>{{by.is_object() ? name_of(by) : approver, out.status,
                                         sdk::safe_text_of(approval, "comments", kWordsBytes)}};
  } else if (!approver.empty()) {
    out.may_decide = std::vector<std::string>{approver};
  }
  out.url = release_page(release);
  return out;
}

std::map<std::string, std::string> stages_by_approval(const json& timeline) {
  std::map<std::string, const json*> records;
  const json& list = sdk::member(timeline, "records");
  for (const json& record : sdk::list_of(list)) {
    records.emplace(sdk::raw_text_of(record, "id"), &record);
  }
  std::map<std::string, std::string> out;
  for (const json& record : sdk::list_of(list)) {
    if (!sdk::iequals(sdk::raw_text_of(record, "type"), "Checkpoint.Approval")) continue;
    const json* above = &record;
    for (std::size_t level = 0; level < kMostLevels; ++level) {
      const auto parent = records.find(sdk::raw_text_of(*above, "parentId"));
      if (parent == records.end()) break;
      above = parent->second;
      if (!sdk::iequals(sdk::raw_text_of(*above, "type"), "Stage")) continue;
      out[sdk::to_lower(sdk::raw_text_of(record, "id"))] =
          sdk::safe_text_of(*above, "name", kNameBytes);
      break;
    }
  }
  return out;
}

}  // namespace adomcp::environments
