#include "run_lookup.h"

#include <adomcp/azure.hpp>
#include <utility>

#include "round.h"

namespace adomcp::shared {

namespace {

constexpr std::uint64_t kBuildBytes = 2U << 20U;

/// 204, or a `null` that stands for it.
bool is_nothing(const std::string& body) {
  const auto said = sdk::trim(body);
  return said.empty() || said == "null";
}

void read_timeline(const AdoResponse& response, bool run_is_missing, FoundRun& out,
                   std::vector<std::string>& notes) {
  if (is_gone(response)) {
    out.state = TimelineState::kGone;
  } else if (response.ok() && is_nothing(response.body)) {
    out.state = TimelineState::kNone;
  } else if (!run_is_missing) {
    const std::string what = "The timeline (stages, jobs, tasks)";
    out.timeline = json_or_note(response, what, notes);
    if (!out.timeline.is_null() && !sdk::member(out.timeline, "records").is_array()) {
      notes.push_back(what + " could not be read: the answer is none.");
      out.timeline = nullptr;
    }
    if (out.timeline.is_null()) out.state = TimelineState::kFailed;
  }
}

/// Whatever else came in its place would be told as the run.
Json build_from(const AdoResponse& response, std::int64_t run_id) {
  Json build = response.json();
  if (sdk::integer_of(build, "id") == run_id) return build;
  throw ToolError("Azure DevOps did not answer with run " + std::to_string(run_id) +
                      " but with something else. Try again.",
                  ADOMCP_UNAVAILABLE);
}

/// A run that was deleted may only be in the list, if it is anywhere.
Json deleted_run(Call& call, std::int64_t run_id, const std::string& missing,
                 std::uint32_t timeout_ms) {
  sdk::Query query;
  query.add("buildIds", run_id).add("deletedFilter", "includeDeleted").add("$top", 1);
  const AdoResponse response = call.send({.path = "build/builds",
                                          .query = query.text(),
                                          .max_bytes = kBuildBytes,
                                          .timeout_ms = timeout_ms});
  const Json answer = response.ok() ? sdk::json_from(response.body) : Json();
  Json found;
  for (const Json& build : sdk::list_of(answer)) {
    if (sdk::integer_of(build, "id") == run_id) found = build;
  }
  if (found.is_null()) throw ToolError(missing, ADOMCP_NOT_FOUND);
  return found;
}

}  // namespace

FoundRun look_up_run(Call& call, std::int64_t run_id, std::vector<std::string>& notes,
                     std::uint32_t timeout_ms) {
  FoundRun out;
  std::string missing;
  Round round;
  round.add({.path = build_path(run_id), .max_bytes = kBuildBytes, .timeout_ms = timeout_ms},
            [&](AdoResponse& response) {
              if (is_gone(response)) {
                missing = no_run_sentence(response.error);
              } else {
                out.build = build_from(response, run_id);
              }
            });
  round.add({.path = build_path(run_id) + "/timeline",
             .max_bytes = kTimelineBytes,
             .timeout_ms = timeout_ms},
            [&](AdoResponse& response) { read_timeline(response, !missing.empty(), out, notes); });
  out.requests = round.size();
  round.send(call);
  if (missing.empty()) return out;
  ++out.requests;
  out.build = deleted_run(call, run_id, missing, timeout_ms);
  return out;
}

}  // namespace adomcp::shared
