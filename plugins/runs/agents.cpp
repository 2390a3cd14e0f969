#include "agents.h"

#include <adomcp/azure.hpp>
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>
#include <utility>

namespace adomcp::runs {

namespace {

using nlohmann::json;
using shared::Record;
using told::Machine;

constexpr std::size_t kMostJobs = 5;  // named in a group

std::int64_t queue_of(const Record& job) {
  return sdk::integer_of(*job.raw, "queueId");
}

const json& queue_in(const json& queues, std::int64_t id) {
  static const json none;
  for (const json& queue : sdk::list_of(queues)) {
    if (id > 0 && sdk::integer_of(queue, "id") == id) return queue;
  }
  return none;
}

std::string pool_name(const json& queues, std::int64_t id) {
  const json& queue = queue_in(queues, id);
  std::string name = sdk::raw_text_of(sdk::member(queue, "pool"), "name");
  if (name.empty()) name = sdk::raw_text_of(queue, "name");
  return name.empty() && id > 0 ? "queue " + std::to_string(id) : name;
}

/// Agents of the service have no name that would mean anything.
std::string agent_name(const json& queues, const Record& job) {
  const json& hosted =
      sdk::member(sdk::member(queue_in(queues, queue_of(job)), "pool"), "isHosted");
  const bool known = hosted.is_boolean() && !hosted.get<bool>();
  return known ? sdk::raw_text_of(*job.raw, "workerName") : std::string();
}

/// The log of the first task: it is called so in every language of the service's.
std::int64_t first_log(const Record& job) {
  const auto tasks = shared::tasks_of(job);
  if (tasks.empty()) return 0;
  return sdk::integer_of(sdk::member(*tasks.front()->raw, "log"), "id");
}

/// What follows `label` on a line of its own, as far as the log goes.
std::string said_after(std::string_view log, std::string_view label) {
  for (std::size_t at = log.find(label); at != log.npos; at = log.find(label, at + 1)) {
    // The service writes a time and a blank before each line.
    const bool begins = at == 0 || log[at - 1] == '\n' || log[at - 1] == ' ';
    const bool stamped = begins && (at < 2 || log[at - 1] == '\n' || log[at - 2] == 'Z');
    if (!stamped) continue;
    const std::size_t from = at + label.size();
    std::string_view rest = log.substr(from, log.find_first_of("\r\n", from) - from);
    rest = sdk::trim(rest);
    if (rest.size() > 1 && rest.front() == '\'' && rest.back() == '\'') {
      rest = rest.substr(1, rest.size() - 2);
    }
    return std::string(rest);
  }
  return {};
}

void keep_difference(std::optional<std::string>& one, std::optional<std::string>& two) {
  const bool known = one && two && !one->empty() && !two->empty();
  if (known && *one != *two) return;
  one.reset();
  two.reset();
}

bool is_empty(const Machine& machine) {
  return json_of(machine).empty();
}

}  // namespace

Machine machine_of_log(std::string_view log, std::size_t text_bytes) {
  const auto text = [&](std::string_view label) {
    return sdk::safe_text(said_after(log, label), text_bytes);
  };
  Machine out{};
  out.agent_version = text("Current agent version: ");
  const std::size_t image = log.find("Image: ");
  if (image == std::string_view::npos) return out;
  out.image = text("Image: ");
  log.remove_prefix(image);  // programs before it have versions of their own
  out.image_version = text("Version: ");
  return out;
}

std::vector<std::int64_t> queues_of(const std::vector<JobPair>& jobs) {
  std::set<std::int64_t> ids;
  for (const JobPair& pair : jobs) {
    for (const Record* job : {pair.run, pair.other}) {
      if (job != nullptr && queue_of(*job) > 0) ids.insert(queue_of(*job));
    }
  }
  return {ids.begin(), ids.end()};
}

std::vector<MachineGroup> machine_groups(const std::vector<JobPair>& jobs, const json& queues) {
  std::map<std::tuple<std::int64_t, std::int64_t, std::string, std::string>, MachineGroup> groups;
  for (const JobPair& pair : jobs) {
    if (pair.run == nullptr || pair.other == nullptr) continue;
    const bool ran = !sdk::raw_text_of(*pair.run->raw, "workerName").empty() &&
                     !sdk::raw_text_of(*pair.other->raw, "workerName").empty();
    if (!ran) continue;
    MachineGroup& group = groups[{queue_of(*pair.run), queue_of(*pair.other),
                                  agent_name(queues, *pair.run), agent_name(queues, *pair.other)}];
    group.jobs.push_back(pair);
    if (group.run_log > 0) continue;
    const std::int64_t one = first_log(*pair.run);
    const std::int64_t two = first_log(*pair.other);
    if (one > 0 && two > 0) std::tie(group.run_log, group.other_log) = std::tie(one, two);
  }
  std::vector<MachineGroup> out;
  out.reserve(groups.size());
  for (auto& [key, group] : groups) out.push_back(std::move(group));
  std::stable_sort(out.begin(), out.end(), [](const MachineGroup& a, const MachineGroup& b) {
    return a.jobs.size() > b.jobs.size();
  });
  return out;
}

std::vector<told::MachineChange> machine_changes(const std::vector<MachineGroup>& groups,
                                                 const json& queues, const RowBounds& bounds) {
  const auto clean = [&](const std::string& text) { return bounds.names.clean(text, bounds.text); };
  std::vector<told::MachineChange> out;
  for (const MachineGroup& group : groups) {
    if (out.size() > bounds.rows) break;
    const JobPair& first = group.jobs.front();
    Machine run = machine_of_log(group.run_text, bounds.text);
    Machine other = machine_of_log(group.other_text, bounds.text);
    run.pool = clean(pool_name(queues, queue_of(*first.run)));
    other.pool = clean(pool_name(queues, queue_of(*first.other)));
    const std::string agent = agent_name(queues, *first.run);
    const std::string other_agent = agent_name(queues, *first.other);
    if (agent != other_agent)
      std::tie(run.agent, other.agent) = std::pair(clean(agent), clean(other_agent));
    for (auto member : {&Machine::pool, &Machine::agent, &Machine::image, &Machine::image_version,
                        &Machine::agent_version}) {
      keep_difference(run.*member, other.*member);
    }
    if (is_empty(run)) continue;
    told::MachineChange made{{}, static_cast<std::int64_t>(group.jobs.size()), run, other};
    for (std::size_t i = 0; i < std::min(kMostJobs, group.jobs.size()); ++i) {
      made.jobs.push_back(clean(shared::job_name(*group.jobs[i].run)));
    }
    out.push_back(std::move(made));
  }
  return out;
}

}  // namespace adomcp::runs
