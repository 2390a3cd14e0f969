#pragma once

#include <adomcp/plugin.hpp>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "gone.h"

namespace adomcp::shared {

/// A run and its timeline, as Azure tells them.
struct FoundRun {
  Json build;
  Json timeline;  ///< null where `state` isn't kRead
  TimelineState state = TimelineState::kRead;
  std::size_t requests = 0;  ///< that it took
};

/// Asks for build and timeline side by side. A run that isn't there is looked for among the deleted
/// ones, in one request more. Throws ToolError when the run itself can't be had, or the answer is
/// another; a timeline that can't be read becomes a note. `timeout_ms`: of each request; 0: what is
/// left of the call.
FoundRun look_up_run(Call& call, std::int64_t run_id, std::vector<std::string>& notes,
                     std::uint32_t timeout_ms = 0);

}  // namespace adomcp::shared
