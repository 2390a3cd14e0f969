#include "run_json.h"

#include <adomcp/runs.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

namespace adomcp::failure_logs {

namespace {

constexpr std::size_t kNameBytes = 200;

std::string short_text_of(const Json& object, const char* key) {
  return sdk::safe_text_of(object, key, kNameBytes);
}

IdAndName pipeline_of(const Json& build) {
  const Json& definition = sdk::member(build, "definition");
  return {sdk::integer_of(definition, "id"), short_text_of(definition, "name")};
}

told::RunDetails details_of(const Json& build) {
  told::RunDetails out;
  out.number = short_text_of(build, "buildNumber");
  out.status = short_text_of(build, "status");
  const std::string result = short_text_of(build, "result");
  if (result != "none") out.result = result;
  out.branch = sdk::short_branch(short_text_of(build, "sourceBranch"));
  out.commit = short_text_of(build, "sourceVersion");
  out.requested_for = short_text_of(sdk::member(build, "requestedFor"), "displayName");
  out.pull_request = sdk::pull_request_of(build);
  if (sdk::iequals(result, "canceled")) {
    out.last_changed_by = short_text_of(sdk::member(build, "lastChangedBy"), "displayName");
  }
  const std::string finished = sdk::raw_text_of(build, "finishTime");
  out.finished = finished;
  out.duration_seconds = sdk::seconds_between(sdk::raw_text_of(build, "startTime"), finished);
  out.deleted = sdk::deletion_of(build);
  out.url = sdk::web_link(build);
  return out;
}

}  // namespace

told::Run run_of(const nlohmann::json& build) {
  return {sdk::integer_of(build, "id"), pipeline_of(build), details_of(build)};
}

told::LastGoodRun last_good_run_of(const nlohmann::json& build, std::string_view found_on) {
  return {sdk::integer_of(build, "id"), std::string(found_on), pipeline_of(build),
          details_of(build)};
}

told::BriefRun brief_run_of(const nlohmann::json& build) {
  told::Run run = run_of(build);
  told::RunDetails& details = run.details;
  return {run.id, std::move(details.number), std::move(details.branch), std::move(details.finished),
          std::move(details.url)};
}

}  // namespace adomcp::failure_logs
