#include "differences.h"

#include <adomcp/azure.hpp>
#include <adomcp/content.hpp>
#include <adomcp/redact.hpp>
#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "tree.h"

namespace adomcp::runs {

namespace {

using nlohmann::json;
using shared::Record;
using shared::RecordTree;

constexpr std::size_t kMostValues = 500;  // of a run

std::string text_of(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  return value.is_null() ? std::string()
                         : value.dump(-1, ' ', false, json::error_handler_t::replace);
}

/// Whether a name says that its value is nobody's business: what the redactor hides in
/// "name=value".
bool sounds_secret(const std::string& name, const std::string& value) {
  const std::string line = name + "=" + value;
  return sdk::redact(line) != line;
}

void put(Inputs& to, const char* kind, const std::string& name, Inputs::Value value) {
  if (to.values.size() >= kMostValues) return;
  value.secret = value.secret || sounds_secret(name, value.text);
  to.values.emplace(std::make_pair(std::string(kind), name), std::move(value));
}

void add_members(const json& from, const char* kind, Inputs& to) {
  if (!from.is_object()) return;
  for (const auto& [name, value] : from.items()) put(to, kind, name, {text_of(value)});
}

/// Of the Runs API: {"value": …, "isSecret": …}.
void add_variables(const json& from, Inputs& to) {
  if (!from.is_object()) return;
  for (const auto& [name, value] : from.items()) {
    const json& secret = sdk::member(value, "isSecret");
    put(to, "variable", name,
        {text_of(sdk::member(value, "value")), secret.is_boolean() && secret.get<bool>()});
  }
}

std::string version_of(const json& resource) {
  const std::string branch = sdk::short_branch(sdk::raw_text_of(resource, "refName"));
  const std::string version = sdk::raw_text_of(resource, "version");
  if (branch.empty() || version.empty()) return branch + version;
  return branch + "@" + version;
}

/// The run's own repository is told as branch and commit.
void add_resources(const json& resources, Inputs& to) {
  for (const char* kind : {"repositories", "pipelines", "containers"}) {
    const json& all = sdk::member(resources, kind);
    if (!all.is_object()) continue;
    for (const auto& [alias, value] : all.items()) {
      if (alias == "self") continue;
      std::string version = version_of(value);
      if (version.empty()) version = sdk::raw_text_of(sdk::member(value, "container"), "image");
      put(to, "resource", std::string(kind) + "." + alias, {std::move(version)});
    }
  }
}

/// What the service itself sets of a pull request differs in each run.
void add_queue_time(const json& build, Inputs& to) {
  constexpr std::size_t kMostBytes = 256U << 10U;
  const std::string text = sdk::raw_text_of(build, "parameters");
  const json parameters = text.size() > kMostBytes ? json() : sdk::json_from(text);
  if (!parameters.is_object()) return;
  for (const auto& [name, value] : parameters.items()) {
    if (name.rfind("system.pullRequest.", 0) == 0 || name.rfind("build.", 0) == 0) continue;
    put(to, "variable", name, {text_of(value)});
  }
}

std::string place_of(const Record& record) {
  return shared::stage_name(record) + '\n' + shared::job_name(record);
}

std::string failed_task(const Record* job, std::size_t text_bytes) {
  if (job == nullptr) return {};
  for (const Record* task : shared::tasks_of(*job)) {
    const bool failed = task->has_result("failed") || task->has_result("abandoned");
    if (failed) return sdk::safe_text(task->name, text_bytes);
  }
  return {};
}

std::string result_of(const Record* job) {
  if (job == nullptr) return {};
  if (!job->result.empty()) return sdk::safe_text(job->result, 40);
  return sdk::safe_text_of(*job->raw, "state", 40);
}

bool is_bad(const std::optional<std::string>& result) {
  return result && (*result == "failed" || *result == "canceled" || *result == "abandoned");
}

void add_duration(const Record* run, const Record* other, bool stage, std::size_t text_bytes,
                  std::vector<told::Duration>& out) {
  if (run == nullptr || other == nullptr) return;
  if (run->has_result("skipped") || other->has_result("skipped")) return;
  const auto one = seconds_of(*run);
  const auto two = seconds_of(*other);
  if (!one || !two || *one == *two) return;
  told::Duration made{};
  made.stage = sdk::safe_text(shared::stage_name(*run), text_bytes);
  if (!stage) made.job = sdk::safe_text(shared::job_name(*run), text_bytes);
  made.run_seconds = *one;
  made.other_seconds = *two;
  made.difference_seconds = *one - *two;
  out.push_back(std::move(made));
}

}  // namespace

Inputs inputs_of(const json& build, const json& run) {
  Inputs out;
  add_variables(sdk::member(run, "variables"), out);
  add_members(sdk::member(run, "templateParameters"), "parameter", out);
  add_members(sdk::member(build, "templateParameters"), "parameter", out);
  add_resources(sdk::member(run, "resources"), out);
  add_queue_time(build, out);
  return out;
}

std::vector<told::Input> different_inputs(const Inputs& run, const Inputs& other,
                                          std::size_t text_bytes) {
  std::set<std::pair<std::string, std::string>> names;
  for (const auto& [name, value] : run.values) names.insert(name);
  for (const auto& [name, value] : other.values) names.insert(name);
  std::vector<told::Input> out;
  for (const auto& name : names) {
    const auto one = run.values.find(name);
    const auto two = other.values.find(name);
    const bool in_run = one != run.values.end();
    const bool in_other = two != other.values.end();
    if (in_run && in_other && one->second.text == two->second.text) continue;
    told::Input made{};
    made.kind = name.first;
    made.name = sdk::safe_text(name.second, text_bytes);
    if (!in_run || !in_other) made.only_in = in_run ? "run" : "other";
    const bool secret = (in_run && one->second.secret) || (in_other && two->second.secret);
    if (secret) {
      made.secret = true;
    } else {
      if (in_run) made.run = sdk::safe_text(one->second.text, text_bytes);
      if (in_other) made.other = sdk::safe_text(two->second.text, text_bytes);
    }
    out.push_back(std::move(made));
  }
  return out;
}

std::vector<std::string> secrets_of_both(const Inputs& run, const Inputs& other,
                                         std::size_t text_bytes) {
  std::vector<std::string> out;
  for (const auto& [name, value] : run.values) {
    const auto same = other.values.find(name);
    if (same == other.values.end() || !value.text.empty() || !same->second.text.empty()) continue;
    if (value.secret && same->second.secret) out.push_back(sdk::safe_text(name.second, text_bytes));
  }
  return out;
}

std::vector<JobPair> job_pairs(const RecordTree& run, const RecordTree& other) {
  std::multimap<std::string, const Record*> left;
  for (const Record* job : all_jobs(other)) left.emplace(place_of(*job), job);
  std::vector<JobPair> out;
  for (const Record* job : all_jobs(run)) {
    const auto same = left.find(place_of(*job));
    out.push_back({job, same == left.end() ? nullptr : same->second});
    if (same != left.end()) left.erase(same);
  }
  for (const auto& [place, job] : left) out.push_back({nullptr, job});
  return out;
}

std::vector<told::Duration> different_durations(const RecordTree& run, const RecordTree& other,
                                                const std::vector<JobPair>& jobs,
                                                std::size_t text_bytes) {
  std::vector<told::Duration> out;
  const auto others = stage_records(other);
  for (const Record* stage : stage_records(run)) {
    const auto same = std::find_if(others.begin(), others.end(),
                                   [&](const Record* one) { return one->name == stage->name; });
    add_duration(stage, same == others.end() ? nullptr : *same, true, text_bytes, out);
  }
  for (const JobPair& pair : jobs) add_duration(pair.run, pair.other, false, text_bytes, out);
  std::stable_sort(out.begin(), out.end(), [](const told::Duration& a, const told::Duration& b) {
    return std::abs(a.difference_seconds) > std::abs(b.difference_seconds);
  });
  return out;
}

std::vector<told::Outcome> different_results(const std::vector<JobPair>& jobs,
                                             std::size_t text_bytes) {
  std::vector<told::Outcome> out;
  for (const JobPair& pair : jobs) {
    const std::string run = result_of(pair.run);
    const std::string other = result_of(pair.other);
    if (run == other) continue;
    const Record& any = pair.run != nullptr ? *pair.run : *pair.other;
    told::Outcome made{};
    made.stage = sdk::safe_text(shared::stage_name(any), text_bytes);
    made.job = sdk::safe_text(shared::job_name(any), text_bytes);
    made.run = run;
    made.other = other;
    made.failed_task = failed_task(pair.run, text_bytes);
    out.push_back(std::move(made));
  }
  std::stable_partition(out.begin(), out.end(),
                        [](const told::Outcome& one) { return is_bad(one.run); });
  return out;
}

}  // namespace adomcp::runs
