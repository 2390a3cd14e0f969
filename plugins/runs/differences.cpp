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
/// "name=value". What a value hides further on is masked where it is told.
bool sounds_secret(const std::string& name, const std::string& value) {
  constexpr std::size_t kMostBytes = 300;
  const std::string line = name.substr(0, kMostBytes) + "=" + value.substr(0, kMostBytes);
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

std::string failed_task(const Record* job) {
  if (job == nullptr) return {};
  for (const Record* task : shared::tasks_of(*job)) {
    if (task->has_result("failed") || task->has_result("abandoned")) return task->name;
  }
  return {};
}

std::string result_of(const Record* job) {
  if (job == nullptr) return {};
  return job->result.empty() ? sdk::raw_text_of(*job->raw, "state") : job->result;
}

bool is_bad(const std::string& result) {
  return result == "failed" || result == "canceled" || result == "abandoned";
}

void add_duration(const Record* run, const Record* other, bool is_stage,
                  std::vector<Lasting>& out) {
  if (run == nullptr || other == nullptr) return;
  if (run->has_result("skipped") || other->has_result("skipped")) return;
  const auto one = seconds_of(*run);
  const auto two = seconds_of(*other);
  if (one && two && *one != *two) out.push_back({run, is_stage, *one, *two});
}

std::int64_t difference_of(const Lasting& one) {
  return one.run_seconds - one.other_seconds;
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

std::vector<InputName> different_inputs(const Inputs& run, const Inputs& other) {
  std::set<InputName> names;
  for (const auto& [name, value] : run.values) names.insert(name);
  for (const auto& [name, value] : other.values) names.insert(name);
  std::vector<InputName> out;
  for (const InputName& name : names) {
    const auto one = run.values.find(name);
    const auto two = other.values.find(name);
    const bool both = one != run.values.end() && two != other.values.end();
    if (!both || one->second.text != two->second.text) out.push_back(name);
  }
  return out;
}

std::vector<told::Input> told_inputs(const std::vector<InputName>& different, const Inputs& run,
                                     const Inputs& other, const RowBounds& bounds) {
  std::vector<told::Input> out;
  for (const InputName& name : different) {
    if (out.size() == bounds.rows) break;
    const auto one = run.values.find(name);
    const auto two = other.values.find(name);
    const bool in_run = one != run.values.end();
    const bool in_other = two != other.values.end();
    told::Input made{};
    made.kind = name.first;
    made.name = bounds.names.clean(name.second, bounds.text);
    if (!in_run || !in_other) made.only_in = in_run ? "run" : "other";
    const bool secret = (in_run && one->second.secret) || (in_other && two->second.secret);
    if (secret) {
      made.secret = true;
    } else {
      if (in_run) made.run = bounds.names.clean(one->second.text, bounds.text);
      if (in_other) made.other = bounds.names.clean(two->second.text, bounds.text);
    }
    out.push_back(std::move(made));
  }
  return out;
}

std::vector<std::string> secrets_of_both(const Inputs& run, const Inputs& other) {
  std::vector<std::string> out;
  for (const auto& [name, value] : run.values) {
    const auto same = other.values.find(name);
    if (same == other.values.end() || !value.text.empty() || !same->second.text.empty()) continue;
    if (value.secret && same->second.secret) out.push_back(name.second);
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

std::vector<Lasting> different_durations(const RecordTree& run, const RecordTree& other,
                                         const std::vector<JobPair>& jobs) {
  std::vector<Lasting> out;
  std::map<std::string_view, const Record*> others;
  for (const Record* stage : stage_records(other)) others.emplace(stage->name, stage);
  for (const Record* stage : stage_records(run)) {
    const auto same = others.find(stage->name);
    add_duration(stage, same == others.end() ? nullptr : same->second, true, out);
  }
  for (const JobPair& pair : jobs) add_duration(pair.run, pair.other, false, out);
  std::stable_sort(out.begin(), out.end(), [](const Lasting& a, const Lasting& b) {
    return std::abs(difference_of(a)) > std::abs(difference_of(b));
  });
  return out;
}

std::vector<told::Duration> told_durations(const std::vector<Lasting>& different,
                                           const RowBounds& bounds) {
  std::vector<told::Duration> out;
  for (const Lasting& one : different) {
    if (out.size() == bounds.rows) break;
    told::Duration made{};
    made.stage = bounds.names.clean(shared::stage_name(*one.run), bounds.text);
    if (!one.is_stage) made.job = bounds.names.clean(shared::job_name(*one.run), bounds.text);
    made.run_seconds = one.run_seconds;
    made.other_seconds = one.other_seconds;
    made.difference_seconds = difference_of(one);
    out.push_back(std::move(made));
  }
  return out;
}

std::vector<JobPair> different_results(const std::vector<JobPair>& jobs) {
  std::vector<JobPair> out;
  for (const JobPair& pair : jobs) {
    if (result_of(pair.run) != result_of(pair.other)) out.push_back(pair);
  }
  std::stable_partition(out.begin(), out.end(),
                        [](const JobPair& one) { return is_bad(result_of(one.run)); });
  return out;
}

std::vector<told::Outcome> told_results(const std::vector<JobPair>& different,
                                        const RowBounds& bounds) {
  constexpr std::size_t kResultBytes = 40;
  std::vector<told::Outcome> out;
  for (const JobPair& pair : different) {
    if (out.size() == bounds.rows) break;
    const Record& any = pair.run != nullptr ? *pair.run : *pair.other;
    told::Outcome made{};
    made.stage = bounds.names.clean(shared::stage_name(any), bounds.text);
    made.job = bounds.names.clean(shared::job_name(any), bounds.text);
    made.run = bounds.names.clean(result_of(pair.run), kResultBytes);
    made.other = bounds.names.clean(result_of(pair.other), kResultBytes);
    made.failed_task = bounds.names.clean(failed_task(pair.run), bounds.text);
    out.push_back(std::move(made));
  }
  return out;
}

}  // namespace adomcp::runs
