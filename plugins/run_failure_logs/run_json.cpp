#include "run_json.h"

#include <adomcp/runs.hpp>
#include <string>
#include <utility>

namespace adomcp::failure_logs {

namespace {

std::string short_text_of(const Json& object, const char* key) {
  constexpr std::size_t kNameBytes = 200;
  return sdk::safe_text_of(object, key, kNameBytes);
}

}  // namespace

nlohmann::json run_of(const nlohmann::json& build) {
  const Json& definition = sdk::member(build, "definition");
  Json pipeline = {{"id", sdk::integer_of(definition, "id")}};
  sdk::put(pipeline, "name", short_text_of(definition, "name"));
  Json run = {{"id", sdk::integer_of(build, "id")}, {"pipeline", std::move(pipeline)}};
  sdk::put(run, "number", short_text_of(build, "buildNumber"));
  sdk::put(run, "status", short_text_of(build, "status"));
  const std::string result = short_text_of(build, "result");
  if (result != "none") sdk::put(run, "result", result);
  sdk::put(run, "branch", sdk::short_branch(short_text_of(build, "sourceBranch")));
  sdk::put(run, "commit", short_text_of(build, "sourceVersion"));
  sdk::put(run, "requested_for", short_text_of(sdk::member(build, "requestedFor"), "displayName"));
  if (Json request = sdk::pull_request_of(build); !request.is_null()) {
    run["pull_request"] = std::move(request);
  }
  if (sdk::iequals(result, "canceled")) {
    sdk::put(run, "last_changed_by",
             short_text_of(sdk::member(build, "lastChangedBy"), "displayName"));
  }
  const std::string finished = sdk::raw_text_of(build, "finishTime");
  sdk::put_time(run, "finished", finished);
  sdk::put_duration(run, sdk::raw_text_of(build, "startTime"), finished);
  if (Json deletion = sdk::deletion_of(build); !deletion.is_null()) {
    run["deleted"] = std::move(deletion);
  }
  sdk::put(run, "url", sdk::web_link(build));
  return run;
}

}  // namespace adomcp::failure_logs
