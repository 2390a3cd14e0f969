#include "azure_devops/run_facts.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "core/json.h"
#include "core/text.h"

namespace adomcp::azure_devops {
namespace {

using nlohmann::json;

constexpr std::size_t kMostEnvironments = 5;
constexpr int kMostLevels = 16;

/// 0 for what is no positive whole number; texts of digits are read too.
std::int64_t id_at(const json& object, const char* key) {
  const json* found = member(object, key);
  if (found == nullptr) return 0;
  if (found->is_number_integer()) return std::max<std::int64_t>(0, found->get<std::int64_t>());
  const std::string text = text_at(object, key);
  std::int64_t id = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  const bool whole = error == std::errc() && stop == text.data() + text.size();
  return whole && id > 0 ? id : 0;
}

const json& at(const json& object, const char* key) {
  static const json nothing;
  const json* found = member(object, key);
  return found == nullptr ? nothing : *found;
}

const json& records_of(const json& timeline) {
  return at(timeline, "records");
}

bool is_type(const json& record, std::string_view type) {
  return iequals(text_at(record, "type"), type);
}

const json* record_by_id(const json& timeline, const std::string& id) {
  if (id.empty()) return nullptr;
  for (const json& record : records_of(timeline)) {
    if (iequals(text_at(record, "id"), id)) return &record;
  }
  return nullptr;
}

/// Of one check: the environment that it guards; 0 for another resource.
std::int64_t environment_of(const json& check) {
  const json& resource = at(at(check, "checkConfigurationRef"), "resource");
  return iequals(text_at(resource, "type"), "environment") ? id_at(resource, "id") : 0;
}

const json* check_by_id(const json& checks, const std::string& id) {
  if (!checks.is_array()) return nullptr;
  for (const json& check : checks) {
    if (iequals(text_at(check, "id"), id)) return &check;
  }
  return nullptr;
}

}  // namespace

RunFacts run_facts(const json& build) {
  const json& definition = at(build, "definition");
  RunFacts facts;
  facts.pipeline_id = id_at(definition, "id");
  facts.pipeline = text_at(definition, "name");
  facts.folder = text_at(definition, "path");
  facts.number = text_at(build, "buildNumber");
  facts.branch = text_at(build, "sourceBranch");
  facts.state = text_at(build, "status");
  if (facts.state == "completed") facts.state = text_at(build, "result");
  return facts;
}

std::optional<StageFacts> stage_facts(const json& timeline, const std::string& identifier) {
  std::optional<StageFacts> found;
  for (const json& record : records_of(timeline)) {
    if (!is_type(record, "Stage") || !iequals(text_at(record, "identifier"), identifier)) continue;
    const std::int64_t attempt = std::max<std::int64_t>(1, id_at(record, "attempt"));
    if (!found || attempt > found->attempt) found = {text_at(record, "name"), attempt};
  }
  return found;
}

ApprovalPlace approval_place(const json& timeline, const std::string& approval_id) {
  ApprovalPlace place;
  const json* record = record_by_id(timeline, approval_id);
  for (int level = 0; record != nullptr && level < kMostLevels; ++level) {
    if (is_type(*record, "Checkpoint") && place.suite.empty()) place.suite = text_at(*record, "id");
    if (is_type(*record, "Stage")) {
      place.stage = text_at(*record, "identifier");
      place.stage_name = text_at(*record, "name");
      break;
    }
    record = record_by_id(timeline, text_at(*record, "parentId"));
  }
  return place;
}

ApprovalFacts approval_facts(const json& approval) {
  return {id_at(at(at(approval, "pipeline"), "owner"), "id"), text_at(approval, "status"),
          text_at(approval, "instructions")};
}

std::vector<std::int64_t> guarded_environments(const json& suite, const std::string& approval_id) {
  const json& checks = at(suite, "checkRuns");
  if (const json* own = check_by_id(checks, approval_id)) {
    const auto id = environment_of(*own);
    return id > 0 ? std::vector{id} : std::vector<std::int64_t>{};
  }
  std::vector<std::int64_t> ids;
  if (!checks.is_array()) return ids;
  for (const json& check : checks) {
    const auto id = environment_of(check);
    if (id == 0) return {};
    if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
  }
  return ids.size() > kMostEnvironments ? std::vector<std::int64_t>{} : ids;
}

}  // namespace adomcp::azure_devops
