#pragma once

#include <adomcp/plugin.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "failed_tests.h"
#include "test_history.h"

namespace adomcp::test_results {

constexpr std::size_t kHistoryRuns = 20;  ///< the run itself included

/// All that was asked of Azure DevOps.
struct Gathered {
  Json build;
  std::int64_t failed_total = 0;
  bool more = false;              ///< failed tests that weren't listed
  std::vector<Failed> tests;      ///< those to be told
  std::vector<RunTests> history;  ///< oldest first, the run itself last; empty: not known
  bool same_branch = true;
  std::int64_t unread = 0;  ///< runs left out of the history
  std::vector<std::string> notes;
};

/// At most 20 requests in 3 rounds, then two at most for each earlier run, 5 side by side, and one
/// more; none after the first that Azure DevOps is too busy for. Throws ToolError where the run or
/// its failed tests can't be had; else notes say what is missing.
Gathered gather(Call& call, std::int64_t run_id, const std::string& name, std::size_t top);

}  // namespace adomcp::test_results
