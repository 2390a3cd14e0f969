#pragma once

#include <adomcp/plugin.hpp>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

// Pure: sentences about what Azure DevOps no longer has.

namespace adomcp::shared {

/// What became of the request for a run's timeline.
enum class TimelineState {
  kRead,
  kNone,    ///< 204: the run has none
  kGone,    ///< 404 or 410
  kFailed,  ///< a note says why
};

/// Whether Azure said that there is no such thing, or no longer.
bool is_gone(const AdoResponse& response);

/// "The run was deleted on 2026-11-20 by "Robin": its details … are gone."; empty when it wasn't.
/// `still_told`: Azure DevOps still has details, so that they will only go.
std::string deletion_sentence(const nlohmann::json& build, bool still_told = false);

/// Why nothing is told of a run without a timeline; empty for kRead.
std::string no_timeline_sentence(TimelineState state, const nlohmann::json& build);

/// "Logs 12 and 14 are no longer kept: …"; `ids` isn't empty.
std::string gone_logs_sentence(const std::vector<std::int64_t>& ids, const nlohmann::json& build);

/// The message for a run that isn't there: what Azure said, and that it may have been deleted.
std::string no_run_sentence(const std::string& said);

}  // namespace adomcp::shared
