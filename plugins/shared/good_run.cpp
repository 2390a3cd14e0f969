#include "good_run.h"

#include <adomcp/runs.hpp>
#include <algorithm>
#include <utility>

namespace adomcp::shared {

std::vector<GoodRunPlace> good_run_places(const nlohmann::json& build) {
  std::vector<GoodRunPlace> places{{sdk::raw_text_of(build, "sourceBranch"), kSameBranch}};
  const auto add = [&places](std::string branch, std::string_view found_on) {
    if (branch.empty()) return;
    const bool known =
        std::any_of(places.begin(), places.end(),
                    [&branch](const GoodRunPlace& place) { return place.branch == branch; });
    if (!known) places.push_back({std::move(branch), found_on});
  };
  if (places.front().branch.empty()) return places;  // any branch: there is nothing to add
  if (sdk::pull_request_of(build)) add(sdk::target_branch_of(build), "target_branch");
  const std::string main = sdk::raw_text_of(sdk::member(build, "repository"), "defaultBranch");
  add(sdk::full_branch(main), "default_branch");
  return places;
}

std::string good_run_query(const nlohmann::json& build, const std::string& branch) {
  std::string before = sdk::raw_text_of(build, "startTime");
  if (before.empty()) before = sdk::raw_text_of(build, "queueTime");
  sdk::Query query;
  query.add("definitions", sdk::integer_of(sdk::member(build, "definition"), "id"));
  query.add("resultFilter", "succeeded").add("statusFilter", "completed").add("$top", 3);
  query.add_if("branchName", branch);
  query.add_if("maxTime", before).add("queryOrder", "finishTimeDescending");
  return query.text();
}

nlohmann::json earlier_run(const nlohmann::json& answer, std::int64_t run_id) {
  for (const Json& build : sdk::list_of(answer)) {
    if (sdk::integer_of(build, "id") < run_id) return build;
  }
  return nullptr;
}

}  // namespace adomcp::shared
