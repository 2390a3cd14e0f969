#include "run_facts.h"

#include <adomcp/azure.hpp>
#include <nlohmann/json.hpp>

namespace adomcp::shared {

RunFacts run_facts_of(const nlohmann::json& build) {
  RunFacts run{};
  run.id = sdk::integer_of(build, "id");
  run.number = sdk::safe_text_of(build, "buildNumber");
  run.pipeline = sdk::id_and_name(sdk::member(build, "definition"));
  run.status = sdk::safe_text_of(build, "status");
  const std::string result = sdk::safe_text_of(build, "result");
  if (result != "none") run.result = result;
  run.reason = sdk::safe_text_of(build, "reason");
  run.branch = sdk::short_branch(sdk::safe_text_of(build, "sourceBranch"));
  run.commit = sdk::safe_text_of(build, "sourceVersion");
  run.requested_for = sdk::person_of(build, "requestedFor");
  run.pull_request = sdk::pull_request_of(build);
  run.deleted = sdk::deletion_of(build);

  const std::string started = sdk::raw_text_of(build, "startTime");
  const std::string finished = sdk::raw_text_of(build, "finishTime");
  run.queued = sdk::raw_text_of(build, "queueTime");
  run.started = started;
  run.finished = finished;
  run.duration_seconds = sdk::seconds_between(started, finished);
  run.url = sdk::web_link(build);
  return run;
}

}  // namespace adomcp::shared
