#include "tree.h"

#include <adomcp/azure.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <tuple>
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

/// Of a stage.
std::string own_name(const Record& record) {
  std::string name = shared::level_name(&record);
  return name.empty() ? "__default" : name;
}

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
  using Rank = std::tuple<bool, std::optional<std::int64_t>, const Record*>;
  std::vector<Rank> ranked;
  ranked.reserve(kept.size());
  for (const Record* one : kept) ranked.emplace_back(is_telling(*one), seconds_of(*one), one);
  std::stable_sort(ranked.begin(), ranked.end(), [](const Rank& a, const Rank& b) {
    return std::tie(std::get<0>(a), std::get<1>(a)) > std::tie(std::get<0>(b), std::get<1>(b));
  });
  std::unordered_set<const Record*> stays;
  for (std::size_t i = 0; i < ranked.size(); ++i) {
    const Record* one = std::get<2>(ranked[i]);
    if (i < most) {
      stays.insert(one);
    } else {
      count(*one, folded);
    }
  }
  std::vector<const Record*> out;
  for (const Record* one : kept) {
    if (stays.count(one) > 0) out.push_back(one);
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

std::size_t size_of(const std::optional<std::string>& text) {
  return text ? text->size() : 0;
}

/// Tells stages, jobs and tasks within bounds, and ends where they are too long.
class Teller {
 public:
  Teller(const TreeBounds& bounds, Names& names, TreeCut& cut)
      : bounds_(bounds), names_(names), cut_(cut) {}

  told::Stage stage(const Record* record, const std::vector<const Record*>& jobs) {
    told::Stage out{};
    if (record != nullptr) {
      out.part = part(*record, false);
      auto checks = refused_checks(*record);
      if (!checks.empty()) out.checks = std::move(checks);
    }
    told::Folded folded{};
    std::vector<told::Job> told_jobs;
    const auto folds = [&](const Record& job) {
      return (bounds_.fold >= Fold::kGoodJobs && is_good(job)) ||
             (bounds_.fold >= Fold::kIdleJobs && is_idle(job));
    };
    for (const Record* one : chosen(jobs, bounds_.jobs, folds, folded)) {
      if (cut_.too_long) break;
      told_jobs.push_back(job(*one));
    }
    if (!told_jobs.empty()) out.jobs = std::move(told_jobs);
    if (folded.total() > 0) out.jobs_folded = folded;
    return out;
  }

 private:
  void spend(std::size_t bytes) {
    cut_.bytes += bytes;
    cut_.too_long = cut_.bytes > bounds_.bytes;
  }

  told::Part part(const Record& record, bool is_task) {
    told::Part out{};
    out.name = names_.clean(shared::level_name(&record), bounds_.name);
    if (record.result.empty()) {
      out.state = names_.clean(sdk::raw_text_of(*record.raw, "state"), 40);
    } else {
      out.result = names_.clean(record.result, 40);
    }
    if (record.attempt > 1) out.attempt = record.attempt;
    out.started = record.time("startTime");
    if (!is_task) out.finished = record.time("finishTime");
    out.duration_seconds = seconds_of(record);
    spend(size_of(out.name) + size_of(out.state) + size_of(out.result) + kLeastBytes);
    return out;
  }

  told::Task task(const Record& record) {
    told::Task out{part(record, true), std::nullopt};
    const std::int64_t log = sdk::integer_of(sdk::member(*record.raw, "log"), "id");
    if (log > 0) out.log_id = log;
    return out;
  }

  told::Job job(const Record& record) {
    told::Job out{part(record, false), std::nullopt, std::nullopt, std::nullopt};
    out.agent = names_.clean(sdk::raw_text_of(*record.raw, "workerName"), bounds_.name);
    const bool fold = bounds_.fold >= Fold::kTasks ||
                      (bounds_.fold == Fold::kGoodJobsTasks && !is_telling(record));
    const auto folds = [&](const Record& one) { return fold && !is_telling(one); };
    told::Folded folded{};
    std::vector<told::Task> tasks;
    for (const Record* one : chosen(shared::tasks_of(record), bounds_.tasks, folds, folded)) {
      if (cut_.too_long) break;
      tasks.push_back(task(*one));
    }
    if (!tasks.empty()) out.tasks = std::move(tasks);
    if (folded.total() > 0) out.tasks_folded = folded;
    return out;
  }

  std::vector<told::Refused> refused_checks(const Record& stage) {
    std::vector<told::Refused> out;
    for (const Record* child : stage.children) {
      if (child->old || !shared::is_checkpoint(*child)) continue;
      for (const Record* check : shared::parts_of(*child)) {
        if (check->result.empty() || is_good(*check)) continue;
        if (out.size() >= kMaxChecks || cut_.too_long) return out;
        out.push_back({names_.label(*check, bounds_.name), names_.clean(check->result, 40)});
        spend(out.back().what.size() + kLeastBytes);
      }
    }
    return out;
  }

  static constexpr std::size_t kLeastBytes = 3;  // "{},"
  const TreeBounds& bounds_;
  Names& names_;
  TreeCut& cut_;
};

bool has_folded(const told::Stage& stage) {
  if (stage.jobs_folded) return true;
  return stage.jobs &&
         std::any_of(stage.jobs->begin(), stage.jobs->end(),
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

std::optional<std::string> stage_called(const RecordTree& tree, const std::string& wanted,
                                        Names& names) {
  const auto stages = stage_records(tree);
  for (const Record* stage : stages) {
    if (sdk::iequals(own_name(*stage), wanted)) return own_name(*stage);
  }
  for (std::size_t i = 0; i < std::min(stages.size(), TreeBounds().stages); ++i) {
    const std::string name = own_name(*stages[i]);
    if (sdk::iequals(names.clean(name, TreeBounds().name), wanted)) return name;
  }
  return std::nullopt;
}

std::vector<told::Stage> stages_of(const RecordTree& tree, const std::string& only,
                                   const TreeBounds& bounds, Names& names, TreeCut& cut) {
  std::vector<told::Stage> out;
  Teller teller(bounds, names, cut);
  const auto add = [&](const Record* record, const std::vector<const Record*>& jobs) {
    if (cut.too_long) return;
    if (out.size() >= bounds.stages) {
      ++cut.stages_left_out;
      return;
    }
    out.push_back(teller.stage(record, jobs));
    cut.folded = cut.folded || has_folded(out.back());
  };
  for (const Record* stage : stage_records(tree)) {
    if (only.empty() || sdk::iequals(only, own_name(*stage))) add(stage, jobs_of(*stage));
  }
  const auto stray = stray_jobs(tree);
  if (only.empty() && !stray.empty()) add(nullptr, stray);
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
