#include "tree.h"

#include <adomcp/azure.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <unordered_set>
#include <utility>

#include "shared/checks.h"

namespace adomcp::runs {

namespace {

using shared::Record;
using shared::RecordTree;
using Fold = TreeBounds::Fold;

constexpr std::size_t kMaxChecks = 10;  // of a stage, that did not pass
constexpr int kMaxDepth = 8;            // parents that form a loop end there

bool is_good(const Record& record) {
  return record.has_result("succeeded");
}

/// Nothing of it ran, or nothing as yet.
bool is_idle(const Record& record) {
  if (record.has_result("skipped")) return true;
  return record.result.empty() && sdk::iequals(sdk::raw_text_of(*record.raw, "state"), "pending");
}

/// What people look for: failed or running.
bool is_telling(const Record& record) {
  return !is_good(record) && !is_idle(record);
}

told::Part part_of(const Record& record, std::size_t name_bytes, bool is_task) {
  told::Part out{};
  out.name = sdk::safe_text(shared::level_name(&record), name_bytes);
  if (record.result.empty()) {
    out.state = sdk::safe_text_of(*record.raw, "state", 40);
  } else {
    out.result = sdk::safe_text(record.result, 40);
  }
  if (record.attempt > 1) out.attempt = record.attempt;
  out.started = record.time("startTime");
  if (!is_task) out.finished = record.time("finishTime");
  out.duration_seconds = seconds_of(record);
  return out;
}

void count(const Record& record, told::Folded& to) {
  auto& place = is_good(record)                ? to.succeeded
                : record.has_result("skipped") ? to.skipped
                : is_idle(record)              ? to.pending
                                               : to.others;
  place = place.value_or(0) + 1;
}

/// Those to tell, in their order; the others are counted. Where there are too many, failed and
/// running ones stay, then those that took longest.
template <typename Folds>
std::vector<const Record*> chosen(const std::vector<const Record*>& all, std::size_t most,
                                  const Folds& folds, told::Folded& folded) {
  std::vector<const Record*> kept;
  for (const Record* one : all) {
    if (folds(*one)) {
      count(*one, folded);
    } else {
      kept.push_back(one);
    }
  }
  if (kept.size() <= most) return kept;
  std::vector<const Record*> ranked = kept;
  std::stable_sort(ranked.begin(), ranked.end(), [](const Record* a, const Record* b) {
    return std::make_pair(is_telling(*a), seconds_of(*a)) >
           std::make_pair(is_telling(*b), seconds_of(*b));
  });
  for (std::size_t i = most; i < ranked.size(); ++i) count(*ranked[i], folded);
  ranked.resize(most);
  std::vector<const Record*> out;
  const std::unordered_set<const Record*> stays(ranked.begin(), ranked.end());
  for (const Record* one : kept) {
    if (stays.count(one) > 0) out.push_back(one);
  }
  return out;
}

told::Task task_of(const Record& record, std::size_t name_bytes) {
  told::Task out{part_of(record, name_bytes, true), std::nullopt};
  const std::int64_t log = sdk::integer_of(sdk::member(*record.raw, "log"), "id");
  if (log > 0) out.log_id = log;
  return out;
}

told::Job job_of(const Record& record, const TreeBounds& bounds) {
  told::Job out{part_of(record, bounds.name, false), std::nullopt, std::nullopt, std::nullopt};
  out.agent = sdk::safe_text_of(*record.raw, "workerName", bounds.name);
  const bool fold =
      bounds.fold >= Fold::kTasks || (bounds.fold == Fold::kGoodJobsTasks && !is_telling(record));
  told::Folded folded{};
  std::vector<told::Task> tasks;
  for (const Record* task : chosen(
           shared::tasks_of(record), bounds.tasks,
           [&](const Record& one) { return fold && !is_telling(one); }, folded)) {
    tasks.push_back(task_of(*task, bounds.name));
  }
  if (!tasks.empty()) out.tasks = std::move(tasks);
  if (folded.total() > 0) out.tasks_folded = folded;
  return out;
}

std::vector<told::Refused> refused_checks(const Record& stage, std::size_t name_bytes) {
  std::vector<told::Refused> out;
  for (const Record* child : stage.children) {
    if (child->old || !shared::is_checkpoint(*child)) continue;
    for (const Record* part : shared::parts_of(*child)) {
      if (part->result.empty() || is_good(*part) || out.size() >= kMaxChecks) continue;
      out.push_back({sdk::safe_text(shared::label_of_check(*part), name_bytes),
                     sdk::safe_text(part->result, 40)});
    }
  }
  return out;
}

void add_jobs(const Record& at, int levels, std::vector<const Record*>& out) {
  if (levels == 0) return;
  for (const Record* child : at.children) {
    if (child->old || child->is("Task") || shared::is_checkpoint(*child)) continue;
    if (child->is("Job")) {
      out.push_back(child);
      continue;
    }
    const std::size_t before = out.size();
    add_jobs(*child, levels - 1, out);
    if (out.size() == before && child->is("Phase")) out.push_back(child);
  }
}

/// Of a timeline without stages, such as a classic build's.
std::vector<const Record*> stray_jobs(const RecordTree& tree) {
  std::vector<const Record*> out;
  for (const Record* job : tree.all("Job")) {
    if (RecordTree::above(*job, "Stage") == nullptr) out.push_back(job);
  }
  RecordTree::sort(out);
  return out;
}

told::Stage stage_of(const Record* record, const std::vector<const Record*>& jobs,
                     const TreeBounds& bounds) {
  told::Stage out{};
  if (record != nullptr) {
    out.part = part_of(*record, bounds.name, false);
    auto checks = refused_checks(*record, bounds.name);
    if (!checks.empty()) out.checks = std::move(checks);
  }
  told::Folded folded{};
  std::vector<told::Job> told_jobs;
  const auto folds = [&](const Record& job) {
    return (bounds.fold >= Fold::kGoodJobs && is_good(job)) ||
           (bounds.fold >= Fold::kIdleJobs && is_idle(job));
  };
  for (const Record* job : chosen(jobs, bounds.jobs, folds, folded)) {
    told_jobs.push_back(job_of(*job, bounds));
  }
  if (!told_jobs.empty()) out.jobs = std::move(told_jobs);
  if (folded.total() > 0) out.jobs_folded = folded;
  return out;
}

bool has_folded(const told::Stage& stage) {
  if (stage.jobs_folded) return true;
  const auto jobs = stage.jobs.value_or(std::vector<told::Job>());
  return std::any_of(jobs.begin(), jobs.end(),
                     [](const told::Job& job) { return job.tasks_folded.has_value(); });
}

}  // namespace

std::optional<std::int64_t> seconds_of(const Record& record) {
  return sdk::seconds_between(record.time("startTime"), record.time("finishTime"));
}

std::vector<const Record*> jobs_of(const Record& stage) {
  std::vector<const Record*> out;
  add_jobs(stage, kMaxDepth, out);
  return out;
}

std::vector<const Record*> stage_records(const RecordTree& tree) {
  std::vector<const Record*> out = tree.all("Stage");
  RecordTree::sort(out);
  return out;
}

std::vector<const Record*> all_jobs(const RecordTree& tree) {
  std::vector<const Record*> out;
  for (const Record* stage : stage_records(tree)) {
    const auto jobs = jobs_of(*stage);
    out.insert(out.end(), jobs.begin(), jobs.end());
  }
  const auto stray = stray_jobs(tree);
  out.insert(out.end(), stray.begin(), stray.end());
  return out;
}

std::vector<told::Stage> stages_of(const RecordTree& tree, const std::string& only,
                                   const TreeBounds& bounds, TreeCut& cut) {
  std::vector<told::Stage> out;
  const auto add = [&](const Record* record, const std::vector<const Record*>& jobs) {
    if (out.size() >= bounds.stages) {
      ++cut.stages_left_out;
      return;
    }
    out.push_back(stage_of(record, jobs, bounds));
    cut.folded = cut.folded || has_folded(out.back());
  };
  for (const Record* stage : stage_records(tree)) {
    if (only.empty() || sdk::iequals(only, shared::level_name(stage))) add(stage, jobs_of(*stage));
  }
  const auto stray = stray_jobs(tree);
  if (only.empty() && !stray.empty()) add(nullptr, stray);
  return out;
}

std::vector<std::string> stage_names(const RecordTree& tree) {
  std::vector<std::string> out;
  for (const Record* stage : stage_records(tree)) out.push_back(shared::level_name(stage));
  return out;
}

told::Totals totals_of(const RecordTree& tree) {
  told::Totals out{};
  const auto jobs = all_jobs(tree);
  out.stages = static_cast<std::int64_t>(tree.all("Stage").size());
  out.jobs = static_cast<std::int64_t>(jobs.size());
  out.tasks = static_cast<std::int64_t>(tree.all("Task").size());
  for (const Record* job : jobs) {
    if (!job->result.empty()) ++out.jobs_done;
    const bool bad = job->has_result("failed") || job->has_result("abandoned");
    if (bad) ++out.jobs_failed;
  }
  return out;
}

}  // namespace adomcp::runs
