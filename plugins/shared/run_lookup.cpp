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
    out.timeline = json_or_note(response, "The timeline (stages, jobs, tasks)", notes);
    if (out.timeline.is_null()) out.state = TimelineState::kFailed;
  }
}

/// A run that was deleted may only be in the list, if it is anywhere.
Json deleted_run(Call& call, std::int64_t run_id, const std::string& missing) {
  sdk::Query query;
  query.add("buildIds", run_id).add("deletedFilter", "includeDeleted").add("$top", 1);
  const AdoResponse response =
      call.send({.path = "build/builds", .query = query.text(), .max_bytes = kBuildBytes});
  const Json answer = response.ok() ? sdk::json_from(response.body) : Json();
  Json found;
  for (const Json& build : sdk::list_of(answer)) {
    if (sdk::integer_of(build, "id") == run_id) found = build;
  }
  if (found.is_null()) throw ToolError(missing, ADOMCP_NOT_FOUND);
  return found;
}

}  // namespace

FoundRun look_up_run(Call& call, std::int64_t run_id, std::vector<std::string>& notes) {
  FoundRun out;
  std::string missing;
  Round round;
  round.add({.path = build_path(run_id), .max_bytes = kBuildBytes}, [&](AdoResponse& response) {
    if (is_gone(response)) {
      missing = no_run_sentence(response.error);
    } else {
      out.build = response.json();
    }
  });
  round.add({.path = build_path(run_id) + "/timeline", .max_bytes = kTimelineBytes},
            [&](AdoResponse& response) { read_timeline(response, !missing.empty(), out, notes); });
  out.requests = round.size();
  round.send(call);
  if (missing.empty()) return out;
  ++out.requests;
  out.build = deleted_run(call, run_id, missing);
  return out;
}

}  // namespace adomcp::shared
