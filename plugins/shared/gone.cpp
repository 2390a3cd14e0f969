#include "gone.h"

#include <adomcp/quoted.hpp>
#include <adomcp/runs.hpp>
#include <cstddef>

namespace adomcp::shared {

namespace {

bool is_set(const Json& build, const char* key) {
  const Json& value = sdk::member(build, key);
  return value.is_boolean() && value.get<bool>();
}

}  // namespace

bool is_gone(const AdoResponse& response) {
  return response.status == ADOMCP_NOT_FOUND;  // what the host makes of 404 and 410
}

std::string deletion_sentence(const Json& build, bool still_told) {
  constexpr std::size_t kDay = 10;  // "2026-11-20"
  constexpr std::size_t kMaxSaid = 300;
  const auto deletion = sdk::deletion_of(build);
  if (!deletion) return {};
  std::string out = "The run was deleted";
  const std::string on = deletion->on.value_or("");
  const std::string by = deletion->by.value_or("");
  const std::string reason = deletion->reason.value_or("");
  if (!on.empty()) out += " on " + on.substr(0, kDay);
  if (!by.empty()) out += " by " + sdk::quoted(by, kMaxSaid);
  if (!reason.empty()) out += " (" + sdk::quoted(reason, kMaxSaid) + ")";
  if (still_told) return out + "; its details (stages, logs, test results) will go.";
  return out +
         ": its details (stages, logs, test results) are gone, so why it ended as it did can't be "
         "told any more. Look at a later run of the pipeline with list_pipeline_runs.";
}

std::string no_timeline_sentence(TimelineState state, const Json& build) {
  switch (state) {
    case TimelineState::kRead:
      return {};
    case TimelineState::kNone:
      return "Azure DevOps has no timeline of this run (stages, jobs, tasks): it ended before it "
             "began, or its details are no longer kept. Look at run.url, or at a later run of the "
             "pipeline with list_pipeline_runs.";
    case TimelineState::kGone:
      return std::string("The timeline of this run (stages, jobs, tasks) is no longer kept") +
             (is_set(build, "keepForever") ? ", though the run itself is retained" : "") +
             ", so what failed in it can't be told. Look at a later run of the pipeline with "
             "list_pipeline_runs.";
    case TimelineState::kFailed:
      break;
  }
  return "What failed in this run is not known, because its timeline could not be read: see notes, "
         "and call again.";
}

std::string gone_logs_sentence(const std::vector<std::int64_t>& ids, const Json& build) {
  std::string list;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (i > 0) list += i + 1 == ids.size() ? " and " : ", ";
    list += std::to_string(ids[i]);
  }
  const bool one = ids.size() == 1;
  const std::string logs = (one ? "Log " : "Logs ") + list + (one ? " is " : " are ");
  if (!sdk::iequals(sdk::raw_text_of(build, "status"), "completed")) {
    return logs + "not there yet: the run is not finished.";
  }
  const bool kept = is_set(build, "keepForever") || is_set(build, "retainedByRelease");
  return logs + "no longer kept" +
         (kept ? ", though the run itself is retained."
               : ": Azure DevOps deletes logs when the retention of their run has ended.");
}

std::string no_run_sentence(const std::string& said) {
  return (said.empty() ? "There is no such run." : said) +
         " It may also have been deleted: nothing is left of a run some weeks after that.";
}

}  // namespace adomcp::shared
