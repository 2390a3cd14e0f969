#include "deployment_told.h"

#include <adomcp/azure.hpp>
#include <nlohmann/json.hpp>

namespace adomcp::environments {

namespace {

constexpr std::size_t kNameBytes = 160;

std::optional<std::int64_t> later_attempt(const nlohmann::json& record, const char* key) {
  const std::int64_t attempt = sdk::integer_of(record, key, 1);
  if (attempt < 2) return std::nullopt;
  return attempt;
}

}  // namespace

Deployment deployment_of(const nlohmann::json& record) {
  const nlohmann::json& run = sdk::member(record, "owner");
  const nlohmann::json& definition = sdk::member(record, "definition");
  Deployment out{};
  out.id = sdk::integer_of(record, "id");
  if (const std::int64_t id = sdk::integer_of(definition, "id"); id > 0) {
    out.pipeline = IdAndName{id, sdk::safe_text_of(definition, "name", kNameBytes)};
  }
  if (const std::int64_t id = sdk::integer_of(run, "id"); id > 0) out.run_id = id;
  out.run_number = sdk::safe_text_of(run, "name", kNameBytes);
  out.stage = sdk::safe_text_of(record, "stageName", kNameBytes);
  out.job = sdk::safe_text_of(record, "jobName", kNameBytes);
  out.result = sdk::raw_text_of(record, "result");
  const std::string started = sdk::raw_text_of(record, "startTime");
  const std::string completed = sdk::raw_text_of(record, "finishTime");
  out.queued = sdk::raw_text_of(record, "queueTime");
  out.started = started;
  out.completed = completed;
  out.duration_seconds = sdk::seconds_between(started, completed);
  out.stage_attempt = later_attempt(record, "stageAttempt");
  out.job_attempt = later_attempt(record, "jobAttempt");
  out.url = sdk::web_link(run);
  return out;
}

Environment environment_of(const nlohmann::json& environment) {
  constexpr std::size_t kDescriptionBytes = 200;
  return {sdk::integer_of(environment, "id"), sdk::safe_text_of(environment, "name", kNameBytes),
          sdk::safe_text_of(environment, "description", kDescriptionBytes), std::nullopt};
}

}  // namespace adomcp::environments
