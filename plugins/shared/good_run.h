#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

// Pure: where the last good run before a failed one is looked for.

namespace adomcp::shared {

constexpr std::string_view kSameBranch = "same_branch";

/// A branch in full (empty: any) and what it is to the run: "same_branch", "target_branch" (of its
/// pull request) or "default_branch".
struct GoodRunPlace {
  std::string branch;
  std::string_view found_on;
};

/// The run's own branch first; then, where the build names them, the target branch of its pull
/// request and the default branch of its repository. At most three, each branch once.
std::vector<GoodRunPlace> good_run_places(const nlohmann::json& build);

/// The query of build/builds for the good runs on `branch` before this one, the last first.
std::string good_run_query(const nlohmann::json& build, const std::string& branch);

/// The first of the runs that were made before run `run_id`; null when there is none.
nlohmann::json earlier_run(const nlohmann::json& answer, std::int64_t run_id);

}  // namespace adomcp::shared
