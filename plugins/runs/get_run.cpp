#include "get_run.h"

#include <adomcp/azure.hpp>
#include <adomcp/content.hpp>
#include <adomcp/quoted.hpp>
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "shared/gone.h"

namespace adomcp::runs {

namespace {

using Fold = TreeBounds::Fold;

constexpr std::size_t kMostRunning = 10;
constexpr std::size_t kOnlyCounted = 6;  // up to that step nothing is lost but folded parts
constexpr std::size_t kMostNotes = 6;
constexpr std::size_t kManyTasks = 400;  // more than 16 KiB hold
constexpr std::size_t kMostNames = 20;   // of stages, in a sentence

struct Step {
  TreeBounds tree;
  WaitingBounds waiting;
};

/// From all that there is to what always fits; the first one that fits is taken.
constexpr std::array kSteps = {
    Step{{Fold::kNone, 100, 100, 100, 120}, {20, 10, 120}},
    Step{{Fold::kGoodJobsTasks, 100, 100, 100, 120}, {20, 10, 120}},
    Step{{Fold::kTasks, 60, 100, 100, 120}, {20, 10, 120}},
    Step{{Fold::kTasks, 30, 50, 100, 120}, {20, 10, 120}},
    Step{{Fold::kTasks, 30, 25, 60, 120}, {20, 10, 120}},
    Step{{Fold::kTasks, 30, 12, 60, 120}, {20, 10, 120}},
    Step{{Fold::kGoodJobs, 30, 100, 60, 120}, {20, 10, 120}},
    Step{{Fold::kIdleJobs, 10, 60, 60, 100}, {20, 10, 100}},
    Step{{Fold::kIdleJobs, 3, 30, 40, 80}, {12, 6, 80}},
    Step{{Fold::kIdleJobs, 2, 12, 30, 60}, {10, 5, 60}},
    Step{{Fold::kIdleJobs, 1, 5, 20, 40}, {5, 3, 40}},
    Step{{Fold::kIdleJobs, 1, 1, 10, 30}, {2, 2, 30}},
};

template <typename T>
std::optional<std::vector<T>> some(std::vector<T> list) {
  if (list.empty()) return std::nullopt;
  return std::optional<std::vector<T>>(std::move(list));
}

std::string next_of(const Reading& run, const std::vector<told::Check>& waiting, bool cut,
                    bool one_stage) {
  const std::string result = sdk::raw_text_of(run.found.build, "result");
  std::string out;
  if (needs_a_person(waiting)) {
    out = "It waits until somebody decides: tell who may, and don't wait for it in a loop. ";
  } else if (!run.is_over()) {
    out = "It has not ended: wait_for_run waits for it. ";
  } else if (sdk::iequals(result, "failed") || sdk::iequals(result, "partiallySucceeded")) {
    out = "get_run_failure_logs tells why it failed. ";
  }
  if (cut && !one_stage) out += "For all jobs and tasks of one stage call again with `stage`. ";
  if (!out.empty()) out.pop_back();
  return out;
}

/// Empty where it has some, or where a note says already why they can't be told.
std::string no_stages_sentence(const Reading& run) {
  using State = shared::TimelineState;
  if (run.has_records()) return {};
  std::string deletion = shared::deletion_sentence(run.found.build);
  if (!deletion.empty()) return deletion;
  const State state = run.found.state == State::kRead ? State::kNone : run.found.state;
  if (run.is_over()) return shared::no_timeline_sentence(state, run.found.build);
  return state == State::kFailed ? "" : "It has no stages yet: nothing of it has begun.";
}

std::vector<std::string> notes_of(const Reading& run, const TreeCut& cut) {
  std::vector<std::string> notes = run.notes;
  if (std::string why = no_stages_sentence(run); !why.empty()) notes.push_back(std::move(why));
  if (cut.folded) notes.push_back("What is under tasks_folded and jobs_folded is only counted.");
  if (cut.stages_left_out > 0) {
    notes.push_back(std::to_string(cut.stages_left_out) + " more stages are left out.");
  }
  if (cut.waiting_left_out > 0) {
    notes.push_back("It waits for " + std::to_string(cut.waiting_left_out) + " more of that kind.");
  }
  if (notes.size() > kMostNotes) notes.resize(kMostNotes);
  return notes;
}

/// Null where the tree alone is longer than the step's bytes.
Json composed(const Reading& run, const std::string& stage, const Step& step, bool cut_before) {
  TreeCut cut;
  told::RunTree out{};
  out.stages = stages_of(*run.tree, stage, step.tree, run.names, cut);
  if (cut.too_long) return nullptr;
  out.run = shared::run_facts_of(run.found.build);
  const auto waits = waiting_of(run.found.build, *run.tree, run.beside(), step.waiting);
  const auto& waiting = waits.list;
  out.waiting = some(waiting);
  if (!run.is_over())
    out.running = some(running_of(*run.tree, run.names, kMostRunning, step.tree.name));
  out.approvals = some(decided_of(*run.tree, run.beside(), step.waiting));
  if (!run.found.timeline.is_null()) out.totals = totals_of(*run.tree);
  cut.waiting_left_out = waits.left_out;
  out.truncated = cut_before || cut.any();
  out.notes = some(notes_of(run, cut));
  out.next = next_of(run, waiting, out.truncated, !stage.empty());
  return json_of(out);
}

/// The stages by the names that answers give them.
std::string list_of_stages(const Reading& run) {
  constexpr std::size_t kNameBytes = 60;
  std::string list;
  std::size_t count = 0;
  bool unnamed = false;
  for (const shared::Record* stage : stage_records(*run.tree)) {
    const std::string name = shared::level_name(stage);
    unnamed = unnamed || name.empty();
    if (name.empty() || count++ >= kMostNames) continue;
    list += (list.empty() ? "" : ", ") + sdk::quoted(run.names.clean(name, kNameBytes), kNameBytes);
  }
  if (count > kMostNames) list += " and others";
  if (unnamed && list.empty()) return "Its stages have no names: leave out `stage`.";
  if (list.empty()) return "It has none.";
  return "It has " + list + (unnamed ? R"(, and "__default", which has no name.)" : ".");
}

/// The stage that is asked for, as Azure names it; empty: all.
std::string wanted_stage(const Reading& run, std::string_view asked) {
  const std::string stage(sdk::trim(asked));
  if (stage.empty()) return {};
  if (auto name = stage_called(*run.tree, stage, run.names)) return *name;
  throw ToolError("The run has no stage " + sdk::quoted(stage, 100) + ". " + list_of_stages(run),
                  ADOMCP_INVALID_ARGUMENT);
}

}  // namespace

Json compose_run(const Reading& run, const std::string& stage, std::size_t max_bytes,
                 const std::function<void()>& check) {
  const bool many = run.tree->all("Task").size() > kManyTasks && stage.empty();
  Json out;
  for (std::size_t i = many ? 1 : 0; i < kSteps.size(); ++i) {
    check();
    Step step = kSteps.at(i);
    if (i + 1 < kSteps.size()) step.tree.bytes = max_bytes;
    out = composed(run, stage, step, i > kOnlyCounted);
    if (!out.is_null() && sdk::json_text(out).size() <= max_bytes) break;
  }
  return out;
}

Json get_run(Call& call, const WantedRun& wanted) {
  call.note("run_id", wanted.run_id);
  Reading run = read_run(call, wanted.run_id);
  const std::string stage = wanted_stage(run, wanted.stage.value_or(""));
  read_beside(call, run);
  return compose_run(run, stage, kRunBytes - kNoticeBytes, [&call] { call.check(); });
}

}  // namespace adomcp::runs
