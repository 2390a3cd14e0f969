#include "test_history.h"

#include <adomcp/azure.hpp>
#include <algorithm>
#include <unordered_map>

namespace adomcp::test_results {

namespace {

using nlohmann::json;

constexpr std::size_t kFewest = 3;  // earlier runs of a branch that tell something by themselves

/// Newest first, each once, all before `run_id`.
std::vector<json> before(const json& list, std::int64_t run_id, std::size_t most) {
  std::vector<json> out;
  for (const json& build : sdk::list_of(list)) {
    const std::int64_t id = sdk::integer_of(build, "id");
    if (id > 0 && id < run_id) out.push_back(build);
  }
  const auto id_of = [](const json& build) { return sdk::integer_of(build, "id"); };
  std::stable_sort(out.begin(), out.end(),
                   [&](const json& a, const json& b) { return id_of(a) > id_of(b); });
  const auto same = [&](const json& a, const json& b) { return id_of(a) == id_of(b); };
  out.erase(std::unique(out.begin(), out.end(), same), out.end());
  if (out.size() > most) out.resize(most);
  return out;
}

bool is_unknown(const RunTests& run, const Seen& seen) {
  return run.read != Read::kAll && !seen.failed;  // what passed there may have failed as well
}

bool may_have_failed(const RunTests& run, const Seen& seen) {
  return seen.failed || run.read == Read::kNothing || run.read == Read::kPart;
}

/// The first run in which the test failed; nothing where a run that wasn't read may be it.
std::optional<told::RunAt> first_failure(const std::vector<RunTests>& runs, std::size_t index) {
  for (const RunTests& run : runs) {
    const Seen& seen = run.seen.at(index);
    if (seen.failed) return run.at;
    if (may_have_failed(run, seen)) return std::nullopt;
  }
  return std::nullopt;
}

/// The unbroken failures up to the last run; nothing where it isn't known where they begin.
std::optional<told::BrokenSince> unbroken(const std::vector<RunTests>& runs, std::size_t index) {
  std::optional<told::BrokenSince> out;
  for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
    const Seen& seen = run->seen.at(index);
    if (seen.passed) break;
    if (is_unknown(*run, seen)) return std::nullopt;
    if (!seen.failed) continue;
    out = told::BrokenSince{run->at, out ? out->failed_runs + 1 : 1};
  }
  return out;
}

void count(const std::vector<RunTests>& runs, std::size_t index, Told& out) {
  std::optional<bool> failed_before;
  for (const RunTests& run : runs) {
    const Seen& seen = run.seen.at(index);
    if (is_unknown(run, seen)) continue;
    ++out.history.runs;
    if (!seen.failed && !seen.passed) {
      ++out.history.not_run;
      continue;
    }
    ++(seen.failed ? out.history.failed : out.history.passed);
    if (seen.failed && seen.passed) {
      ++out.history.mixed;
      ++out.history.changes;
    }
    if (failed_before && *failed_before != seen.failed) ++out.history.changes;
    failed_before = seen.failed;
    if (seen.passed) out.last_passed = run.at;
  }
}

}  // namespace

told::RunAt run_at(const json& build) {
  std::string finished = sdk::raw_text_of(build, "finishTime");
  if (!sdk::parse_time(finished)) finished.clear();
  return {sdk::integer_of(build, "id"), sdk::safe_text_of(build, "buildNumber"), finished};
}

Earlier earlier_runs(const json& own_branch, const json& all, const json& build, std::size_t most) {
  const std::int64_t id = sdk::integer_of(build, "id");
  Earlier out{before(own_branch, id, most), true};
  if (out.runs.size() >= kFewest) return out;
  std::vector<json> others = before(all, id, most);
  if (others.size() <= out.runs.size()) return out;
  return {std::move(others), false};
}

void mark(RunTests& run, const std::vector<Failed>& tests, const json& results) {
  std::unordered_map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < tests.size(); ++i) places.emplace(tests[i].key, i);
  run.seen.resize(tests.size());
  for (const json& result : sdk::list_of(results)) {
    const auto found = places.find(key_of(result));
    if (found == places.end()) continue;
    const std::string outcome = sdk::raw_text_of(result, "outcome");
    Seen& seen = run.seen[found->second];
    seen.failed = seen.failed || sdk::iequals(outcome, "failed");
    seen.passed = seen.passed || sdk::iequals(outcome, "passed");
  }
}

Told history_of(const std::vector<RunTests>& runs, std::size_t index) {
  Told out{};
  count(runs, index, out);
  out.first_seen = first_failure(runs, index);
  out.broken_since = unbroken(runs, index);
  const bool alone = out.broken_since && out.broken_since->failed_runs == 1;
  const bool is_first = out.history.failed == 1 && out.first_seen;
  if (alone && !is_first) out.broken_since.reset();  // it comes and goes, or may do so
  return out;
}

}  // namespace adomcp::test_results
