#include "stages.h"

#include <adomcp/plugin.hpp>
#include <adomcp/quoted.hpp>
#include <adomcp/redact.hpp>
#include <adomcp/text.hpp>
#include <algorithm>
#include <vector>

namespace adomcp::control {

namespace {

using shared::Record;
using shared::RecordTree;

constexpr std::size_t kNameBytes = 120;  // as get_run shows them
constexpr std::size_t kListedBytes = 60;
constexpr std::size_t kMostListed = 20;

/// Azure lets identifiers have letters, digits and _; the path has them as they are.
bool is_plain(std::string_view identifier) {
  constexpr std::size_t kMost = 256;
  return !identifier.empty() && identifier.size() <= kMost &&
         std::all_of(identifier.begin(), identifier.end(),
                     [](char c) { return sdk::is_alnum(c) || c == '_' || c == '-'; });
}

bool is_called(const Record& stage, std::string_view wanted) {
  return sdk::iequals(stage.identifier, wanted) || sdk::iequals(stage.name, wanted) ||
         sdk::iequals(sdk::safe_text(stage.name, kNameBytes), wanted);
}

std::vector<const Record*> stages_of(const RecordTree& tree) {
  std::vector<const Record*> stages = tree.all("Stage");
  RecordTree::sort(stages);
  return stages;
}

/// `It has "Build", "Prod" (named "Deploy to production").`
std::string list_of(const std::vector<const Record*>& stages) {
  std::string list;
  for (std::size_t i = 0; i < stages.size() && i < kMostListed; ++i) {
    const Record& stage = *stages[i];
    const bool same = stage.identifier.empty() || sdk::iequals(stage.identifier, stage.name);
    list += (i == 0 ? "" : ", ") + sdk::quoted(same ? stage.name : stage.identifier, kListedBytes);
    if (!same) list += " (named " + sdk::quoted(stage.name, kListedBytes) + ")";
  }
  if (stages.size() > kMostListed) list += " and others";
  return "It has " + list + ".";
}

std::string attempt_of(const Record& stage) {
  return stage.attempt > 1 ? " (attempt " + std::to_string(stage.attempt) + ")" : std::string();
}

}  // namespace

const Record& stage_called(const RecordTree& tree, std::string_view wanted) {
  const std::string name(sdk::trim(wanted));
  const std::vector<const Record*> stages = stages_of(tree);
  std::vector<const Record*> found;
  for (const Record* stage : stages) {
    if (!name.empty() && is_called(*stage, name)) found.push_back(stage);
  }
  const std::string quoted = sdk::quoted(name, kListedBytes);
  if (found.empty()) {
    throw ToolError("The run has no stage " + quoted + ". " + list_of(stages),
                    ADOMCP_INVALID_ARGUMENT);
  }
  if (found.size() > 1) {
    throw ToolError("Several stages of the run are called " + quoted +
                        ": name the one that is meant by another of its names. " + list_of(stages),
                    ADOMCP_INVALID_ARGUMENT);
  }
  if (is_plain(found.front()->identifier)) return *found.front();
  throw ToolError("Stage " + quoted + " has no identifier that it could be retried by.");
}

const Record* stage_with(const RecordTree& tree, std::string_view identifier) {
  const Record* found = nullptr;
  for (const Record* stage : tree.all("Stage")) {
    if (!sdk::iequals(stage->identifier, identifier)) continue;
    if (found != nullptr) return nullptr;
    found = stage;
  }
  return found;
}

std::string state_of(const Record& stage) {
  return sdk::safe_text_of(*stage.raw, "state", kListedBytes);
}

std::string shown_name(const Record& stage) {
  return sdk::safe_text(stage.name.empty() ? stage.identifier : stage.name, kNameBytes);
}

void refuse_retry(const Record& stage, bool all_jobs) {
  const std::string name = "Stage " + sdk::quoted(shown_name(stage), kNameBytes);
  if (stage.result.empty() && sdk::iequals(state_of(stage), "pending")) {
    throw ToolError(name + attempt_of(stage) +
                    " has not begun yet, so there is nothing to run again. get_run tells what the "
                    "run waits for.");
  }
  if (stage.result.empty() && !sdk::iequals(state_of(stage), "completed")) {
    throw ToolError(name + attempt_of(stage) +
                    " is still running: a stage can only be retried when it has ended. "
                    "wait_for_run waits for that.");
  }
  if (stage.has_result("succeeded") && !all_jobs) {
    throw ToolError(name + attempt_of(stage) +
                    " succeeded, so no job of it failed. To run all of its jobs again, where the "
                    "user wants that, call with all_jobs.");
  }
}

}  // namespace adomcp::control
