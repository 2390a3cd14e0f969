#include "history.h"

#include <adomcp/azure.hpp>
#include <adomcp/runs.hpp>
#include <adomcp/text.hpp>
#include <algorithm>
#include <unordered_set>
#include <utility>

#include "fingerprint.h"
#include "run_json.h"

namespace adomcp::failure_logs {

namespace {

using nlohmann::json;

constexpr int kListed = 50;
constexpr std::size_t kMostRead = 2;
constexpr std::size_t kMostLookedAt = 1000;  // root causes of a run, or of a group
constexpr std::size_t kSaidBytes = 300;

bool has_failed(const json& build) {
  const std::string result = sdk::raw_text_of(build, "result");
  return sdk::iequals(result, "failed") || sdk::iequals(result, "partiallySucceeded");
}

bool is_same_branch(const json& one, const json& other) {
  return sdk::raw_text_of(one, "sourceBranch") == sdk::raw_text_of(other, "sourceBranch");
}

/// The earlier runs of the list, the last first, each once. The list may hold later ones: those
/// that ended before this one did.
std::vector<const json*> earlier_runs(const json& list, std::int64_t run_id) {
  std::vector<const json*> out;
  for (const json& build : sdk::list_of(list)) {
    if (sdk::integer_of(build, "id") > 0 && sdk::integer_of(build, "id") < run_id) {
      out.push_back(&build);
    }
  }
  std::stable_sort(out.begin(), out.end(), [](const json* a, const json* b) {
    return sdk::integer_of(*a, "id") > sdk::integer_of(*b, "id");
  });
  const auto same = [](const json* a, const json* b) {
    return sdk::integer_of(*a, "id") == sdk::integer_of(*b, "id");
  };
  out.erase(std::unique(out.begin(), out.end(), same), out.end());
  return out;
}

void walk_back(const std::vector<const json*>& runs, const json& build, History& out) {
  for (const json* run : runs) {
    if (!is_same_branch(*run, build)) continue;
    if (sdk::iequals(sdk::raw_text_of(*run, "result"), "succeeded")) {
      out.complete = true;
      return;
    }
    if (!has_failed(*run)) continue;
    out.first_failed = *run;
    ++out.failed_runs;
  }
}

std::string said_of(const RootCause& root) {
  if (root.messages.empty()) return {};
  return stable_text(sdk::truncate_utf8(root.messages.front(), kSaidBytes));
}

/// Equal where the same task failed; or, where no task did, the same part for the same reason.
std::string place_of(const RootCause& root) {
  std::string out = root.stage + '\n' + root.job + '\n' + root.task + '\n';
  if (!root.task.empty()) return out + std::to_string(root.ordinal);
  return out + std::string(to_string(root.kind)) + '\n' + said_of(root);
}

}  // namespace

std::string history_query(const json& build) {
  const std::string before = sdk::raw_text_of(build, "finishTime");
  sdk::Query query;
  query.add("definitions", sdk::integer_of(sdk::member(build, "definition"), "id"));
  query.add("statusFilter", "completed").add("$top", kListed);
  query.add_if("maxTime", before).add("queryOrder", "finishTimeDescending");
  return query.text();
}

History history_of(const json& list, const json& build) {
  History out;
  if (!list.is_object()) return out;
  out.known = true;
  const std::vector<const json*> runs = earlier_runs(list, sdk::integer_of(build, "id"));
  walk_back(runs, build, out);
  for (const bool own_branch : {true, false}) {
    for (const json* run : runs) {
      if (out.last.size() == kMostRead) return out;
      if (has_failed(*run) && is_same_branch(*run, build) == own_branch) {
        out.last.push_back({*run, {}, false});
      }
    }
  }
  return out;
}

std::optional<told::Since> since_of(const History& history, const json& build) {
  if (!history.known || !has_failed(build)) return std::nullopt;
  const json& first = history.first_failed.is_null() ? build : history.first_failed;
  return told::Since{brief_run_of(first), static_cast<std::int64_t>(history.failed_runs),
                     history.complete};
}

told::PreviousFailure previous_of(const EarlierFailure& earlier) {
  told::PreviousFailure out{brief_run_of(earlier.build), std::nullopt};
  if (!earlier.read) out.looked_at = false;
  return out;
}

std::vector<std::int64_t> failed_before(const History& history, const std::vector<RootCause>& roots,
                                        const Group& group) {
  std::vector<std::int64_t> out;
  if (history.last.empty()) return out;
  std::unordered_set<std::string> places;
  for (std::size_t i = 0; i < std::min(group.size(), kMostLookedAt); ++i) {
    places.insert(place_of(roots[group[i]]));
  }
  for (const EarlierFailure& earlier : history.last) {
    const auto end = earlier.roots.begin() +
                     static_cast<std::ptrdiff_t>(std::min(earlier.roots.size(), kMostLookedAt));
    const bool same = std::any_of(earlier.roots.begin(), end, [&](const RootCause& root) {
      return places.count(place_of(root)) > 0;
    });
    if (same) out.push_back(sdk::integer_of(earlier.build, "id"));
  }
  return out;
}

}  // namespace adomcp::failure_logs
