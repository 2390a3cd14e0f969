#include "waiting.h"

#include <adomcp/azure.hpp>
#include <adomcp/quoted.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "shared/checks.h"

namespace adomcp::runs {

namespace {

using nlohmann::json;
using shared::Record;
using shared::RecordTree;
using told::Approver;
using told::Check;

constexpr std::size_t kMaxApprovals = 20;  // asked for at once
constexpr std::size_t kMaxDemands = 10;
constexpr std::string_view kApproval = "Checkpoint.Approval";

bool has_state(const Record& record, std::string_view state) {
  return record.result.empty() && sdk::iequals(sdk::raw_text_of(*record.raw, "state"), state);
}

std::string kind_of(std::string_view type) {
  if (sdk::iequals(type, kApproval)) return "approval";
  return sdk::iequals(type, "Checkpoint.Authorization") ? "permission" : "check";
}

/// Azure's answer about one approval; null where it has none. It has no more than were asked for.
const json& approval_in(const json& approvals, const std::string& id) {
  static const json none;
  std::size_t looked = 0;
  for (const json& one : sdk::list_of(approvals)) {
    if (looked++ == kMaxApprovals) break;
    if (sdk::iequals(sdk::raw_text_of(one, "id"), id)) return one;
  }
  return none;
}

Approver approver_of(const json& step, Names& names, std::size_t text) {
  Approver out{};
  const auto name = [&](const char* key) {
    return names.clean(sdk::raw_text_of(sdk::member(step, key), "displayName"), text);
  };
  out.name = name("assignedApprover");
  out.status = names.clean(sdk::raw_text_of(step, "status"), text);
  const std::string actual = name("actualApprover");
  if (actual != out.name) out.decided_by = actual;
  out.comment = names.clean(sdk::raw_text_of(step, "comment"), 2 * text);
  return out;
}

void add_approval(const json& approval, Names& names, const WaitingBounds& bounds, Check& out) {
  if (!approval.is_object()) return;
  out.status = names.clean(sdk::raw_text_of(approval, "status"), bounds.text);
  out.instructions = names.clean(sdk::raw_text_of(approval, "instructions"), 2 * bounds.text);
  if (const auto needed = sdk::integer_of(approval, "minRequiredApprovers"); needed > 0) {
    out.approvals_needed = needed;
  }
  std::vector<Approver> people;
  const json& steps = sdk::list_of(sdk::member(approval, "steps"));
  for (const json& step : steps) {
    if (people.size() < bounds.people) people.push_back(approver_of(step, names, bounds.text));
  }
  const auto left_out = static_cast<std::int64_t>(steps.size() - people.size());
  if (left_out > 0) out.approvers_left_out = left_out;
  if (!people.empty()) out.approvers = std::move(people);
}

Check check_of(const shared::OpenCheck& from, const Beside& beside, const WaitingBounds& bounds) {
  Names& names = beside.names;
  Check out{};
  out.kind = kind_of(from.check->type);
  out.stage = names.clean(shared::stage_name(*from.checkpoint), bounds.text);
  out.what = names.label(*from.check, bounds.text);
  out.since = from.since();
  if (out.kind != "approval") return out;
  out.approval_id = names.clean(from.check->id, bounds.text);
  add_approval(approval_in(beside.approvals, from.check->id), names, bounds, out);
  return out;
}

/// A job that could run, and has no agent: its phase, or without one its stage, has begun.
bool lacks_agent(const Record& record) {
  if (!record.is("Job") || !has_state(record, "pending")) return false;
  return record.parent != nullptr && has_state(*record.parent, "inProgress");
}

std::string pool_of(const Beside& beside, std::int64_t id, std::size_t text) {
  for (const json& queue : sdk::list_of(beside.queues)) {
    if (sdk::integer_of(queue, "id") != id || id == 0) continue;
    std::string name = sdk::raw_text_of(sdk::member(queue, "pool"), "name");
    if (name.empty()) name = sdk::raw_text_of(queue, "name");
    return beside.names.clean(name, text);
  }
  return {};
}

void add_queue_facts(const json& build, Names& names, std::size_t text, Check& out) {
  if (const auto at = sdk::integer_of(build, "queuePosition"); at > 0) out.queue_position = at;
  std::vector<std::string> demands;
  for (const json& demand : sdk::list_of(sdk::member(build, "demands"))) {
    if (demands.size() == kMaxDemands) break;
    std::string name = names.clean(
        demand.is_string() ? demand.get<std::string>() : sdk::raw_text_of(demand, "name"), text);
    const std::string value = names.clean(sdk::raw_text_of(demand, "value"), text);
    if (!value.empty()) name += " -equals " + value;
    if (!name.empty()) demands.push_back(std::move(name));
  }
  if (!demands.empty()) out.demands = std::move(demands);
}

Check agent_of(const Record& job, const json& build, const Beside& beside, std::size_t text) {
  Check out{};
  out.kind = "agent";
  out.stage = beside.names.clean(shared::stage_name(job), text);
  out.job = beside.names.clean(shared::job_name(job), text);
  out.what = "a free agent that meets the job's demands";
  if (job.parent != nullptr) out.since = job.parent->time("startTime");
  out.pool = pool_of(beside, sdk::integer_of(*job.raw, "queueId"), text);
  add_queue_facts(build, beside.names, text, out);
  return out;
}

/// A task of the service's that does nothing but wait for somebody.
bool is_validation(const Record& task) {
  if (!task.is("Task") || !has_state(task, "inProgress")) return false;
  const std::string name = sdk::raw_text_of(sdk::member(*task.raw, "task"), "name");
  return sdk::iequals(name, "ManualValidation") || sdk::iequals(name, "ManualIntervention");
}

Check validation_of(const Record& task, Names& names, std::size_t text) {
  Check out{};
  out.kind = "validation";
  out.stage = names.clean(shared::stage_name(task), text);
  out.job = names.clean(shared::job_name(task), text);
  out.what = "manual validation " + sdk::quoted(names.clean(task.name, text), text, '\'');
  out.since = task.time("startTime");
  return out;
}

Check queue_of(const json& build, Names& names, std::size_t text) {
  Check out{};
  out.kind = "queue";
  const bool postponed = sdk::iequals(sdk::raw_text_of(build, "status"), "postponed");
  out.what = postponed ? "it is postponed: earlier runs or a paused pipeline come first"
                       : "its turn in the queue";
  out.since = sdk::raw_text_of(build, "queueTime");
  out.pool =
      names.clean(sdk::raw_text_of(sdk::member(sdk::member(build, "queue"), "pool"), "name"), text);
  add_queue_facts(build, names, text, out);
  return out;
}

bool is_queued(const json& build) {
  const std::string status = sdk::raw_text_of(build, "status");
  return sdk::iequals(status, "notStarted") || sdk::iequals(status, "postponed");
}

bool is_over(const json& build) {
  return sdk::iequals(sdk::raw_text_of(build, "status"), "completed");
}

/// Checkpoints, and parts of one that the timeline lacks.
std::vector<const Record*> checkpoints_of(const RecordTree& tree) {
  std::vector<const Record*> out;
  for (const Record* record : tree.all()) {
    if (!shared::is_checkpoint(*record)) continue;
    if (record->parent == nullptr || !shared::is_checkpoint(*record->parent)) {
      out.push_back(record);
    }
  }
  return out;
}

}  // namespace

std::vector<std::string> approval_ids(const RecordTree& tree) {
  std::vector<const Record*> found;
  for (const Record* record : tree.all(kApproval)) {
    if (!record->id.empty() && !has_state(*record, "pending")) found.push_back(record);
  }
  std::stable_partition(found.begin(), found.end(),
                        [](const Record* record) { return record->result.empty(); });
  std::vector<std::string> out;
  for (const Record* record : found) {
    if (out.size() < kMaxApprovals) out.push_back(record->id);
  }
  return out;
}

std::set<std::int64_t> awaited_queues(const RecordTree& tree) {
  std::set<std::int64_t> out;
  for (const Record* record : tree.all("Job")) {
    const std::int64_t id = sdk::integer_of(*record->raw, "queueId");
    if (id > 0 && lacks_agent(*record)) out.insert(id);
  }
  return out;
}

WaitingList waiting_of(const json& build, const RecordTree& tree, const Beside& beside,
                       const WaitingBounds& bounds) {
  WaitingList out;
  if (is_over(build)) return out;
  const auto has_room = [&] {
    const bool room = out.list.size() < bounds.entries;
    if (!room) ++out.left_out;
    return room;
  };
  if (is_queued(build)) out.list.push_back(queue_of(build, beside.names, bounds.text));
  for (const Record* checkpoint : checkpoints_of(tree)) {
    for (const shared::OpenCheck& one : shared::open_checks_at(*checkpoint)) {
      if (has_room()) out.list.push_back(check_of(one, beside, bounds));
    }
  }
  for (const Record* task : tree.all("Task")) {
    if (!is_validation(*task) || !has_room()) continue;
    out.list.push_back(validation_of(*task, beside.names, bounds.text));
  }
  for (const Record* job : tree.all("Job")) {
    if (!lacks_agent(*job) || !has_room()) continue;
    out.list.push_back(agent_of(*job, build, beside, bounds.text));
  }
  return out;
}

std::vector<Check> decided_of(const RecordTree& tree, const Beside& beside,
                              const WaitingBounds& bounds) {
  std::vector<Check> out;
  for (const Record* record : tree.all(kApproval)) {
    if (record->result.empty() || out.size() >= bounds.entries) continue;
    const json& approval = approval_in(beside.approvals, record->id);
    if (!approval.is_object()) continue;
    Check one = check_of({record, record}, beside, bounds);
    auto& people = one.approvers;
    if (people) {  // those who said nothing don't matter any more
      const auto silent = [](const Approver& who) {
        return who.status == "pending" || who.status == "uninitiated" || who.status == "skipped";
      };
      people->erase(std::remove_if(people->begin(), people->end(), silent), people->end());
      if (people->empty()) people.reset();
    }
    out.push_back(std::move(one));
  }
  return out;
}

bool needs_a_person(const std::vector<Check>& waiting) {
  return std::any_of(waiting.begin(), waiting.end(), [](const Check& one) {
    if (one.kind == "permission" || one.kind == "validation") return true;
    if (one.kind != "approval") return false;
    const std::string status = one.status.value_or("");
    return status.empty() || status == "pending" || status == "uninitiated";
  });
}

std::vector<told::Running> running_of(const RecordTree& tree, Names& names, std::size_t most,
                                      std::size_t text) {
  std::vector<told::Running> out;
  const auto add = [&](const Record& at, const std::string& task) {
    told::Running one{};
    one.stage = names.clean(shared::stage_name(at), text);
    one.job = names.clean(shared::job_name(at), text);
    one.task = names.clean(task, text);
    one.agent = names.clean(sdk::raw_text_of(*at.raw, "workerName"), text);
    one.since = at.time("startTime");
    out.push_back(std::move(one));
  };
  for (const Record* job : tree.all("Job")) {
    if (out.size() >= most) break;
    if (!has_state(*job, "inProgress")) continue;
    const auto tasks = shared::tasks_of(*job);
    const auto now = std::find_if(tasks.begin(), tasks.end(), [](const Record* task) {
      return has_state(*task, "inProgress");
    });
    if (now == tasks.end()) {
      add(*job, {});
    } else {
      add(**now, (*now)->name);
    }
  }
  return out;
}

std::string sentence_of(const Check& check) {
  constexpr std::size_t kName = 80;
  constexpr std::size_t kMostNames = 4;
  std::string out = check.kind == "queue" ? "its turn in the queue" : check.what.value_or("");
  if (check.job && !check.job->empty()) out += " for job " + sdk::quoted(*check.job, kName, '\'');
  if (check.stage && !check.stage->empty()) {
    out += " in stage " + sdk::quoted(*check.stage, kName, '\'');
  }
  std::string names;
  std::size_t count = 0;
  for (const Approver& who : check.approvers.value_or(std::vector<Approver>())) {
    if (who.status == "approved" || ++count > kMostNames) continue;
    names += (names.empty() ? "" : " or ") + sdk::quoted(who.name, kName, '\'');
  }
  if (count > kMostNames) names += " or others";
  return names.empty() ? out : out + " (" + names + " may decide)";
}

}  // namespace adomcp::runs
