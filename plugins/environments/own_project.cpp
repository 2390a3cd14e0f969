#include "own_project.h"

#include <adomcp/azure.hpp>
#include <algorithm>
#include <set>
#include <utility>

namespace adomcp::environments {

namespace {

/// Its name and its id in lower case, as far as they are known.
using Names = std::set<std::string>;

bool is_own(const FoundApproval& one, const Names& names) {
  return !one.projects.empty() &&
         std::all_of(one.projects.begin(), one.projects.end(),
                     [&](const std::string& name) { return names.count(sdk::to_lower(name)) > 0; });
}

AdoRequest any_of(const std::string& kind) {
  constexpr std::uint64_t kMostBytes = 1U << 20U;
  sdk::Query query;
  query.add("$top", 1);
  if (kind == "yaml") {
    return {.path = "build/builds", .query = query.text(), .max_bytes = kMostBytes};
  }
  return {.path = "release/releases",
          .query = query.text(),
          .service = "vsrm",
          .max_bytes = kMostBytes};
}

void add_names(const Json& answer, Names& names) {
  for (const Json& one : sdk::list_of(answer)) {
    for (const char* key : {"project", "projectReference"}) {
      const Json& project = sdk::member(one, key);
      for (const char* member : {"id", "name"}) {
        const std::string name = sdk::raw_text_of(project, member);
        if (!name.empty()) names.insert(sdk::to_lower(name));
      }
    }
  }
}

}  // namespace

std::vector<Approval> own_approvals(Call& call, std::vector<FoundApproval> found,
                                    std::size_t& left_out) {
  Names names{sdk::to_lower(call.text("project"))};
  std::set<std::string> unsure;  // kinds
  for (const FoundApproval& one : found) {
    if (!one.projects.empty() && !is_own(one, names)) unsure.insert(one.told.kind);
  }
  std::vector<AdoRequest> requests;
  requests.reserve(unsure.size());
  for (const std::string& kind : unsure) requests.push_back(any_of(kind));
  if (!requests.empty()) {
    for (const AdoResponse& response : call.send_all(requests)) {
      if (response.ok()) add_names(sdk::json_from(response.body), names);
    }
    call.check();
  }
  std::vector<Approval> out;
  for (FoundApproval& one : found) {
    if (is_own(one, names)) out.push_back(std::move(one.told));
  }
  left_out = found.size() - out.size();
  return out;
}

}  // namespace adomcp::environments
