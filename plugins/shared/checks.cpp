#include "checks.h"

#include <adomcp/azure.hpp>
#include <adomcp/quoted.hpp>
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

namespace adomcp::shared {

namespace {

constexpr std::size_t kMaxName = 200;
constexpr int kMaxDepth = 8;  // of checkpoints in checkpoints

struct CheckType {
  std::string_view type;
  std::string_view noun;
  std::string_view failed;  ///< what its failing means
};
constexpr std::array kTypes = {
    CheckType{"Checkpoint.Approval", "approval", "was rejected"},
    CheckType{"Checkpoint.Authorization", "permission to use a protected resource",
              "was not granted"},
    CheckType{"Checkpoint.TaskCheck", "check", "did not pass"},
    CheckType{"Checkpoint.ExclusiveLock", "exclusive lock", "was not obtained"},
    CheckType{"Checkpoint.ExtendsCheck", "required template check", "did not pass"},
    CheckType{"Checkpoint.BusinessHours", "business hours check", "did not pass"},
    CheckType{"Checkpoint.BranchControl", "branch control check", "did not pass"},
    CheckType{"Checkpoint.ArtifactPolicy", "artifact policy check", "did not pass"},
    CheckType{"Checkpoint", "approval or check", "did not pass"},
};

/// Null for a type that isn't in the table.
const CheckType* type_of(const Record& record) {
  const auto found = std::find_if(kTypes.begin(), kTypes.end(),
                                  [&](const CheckType& one) { return record.is(one.type); });
  return found == kTypes.end() ? nullptr : &*found;
}

bool is_open(const Record& record, std::string_view state) {
  return record.result.empty() && sdk::iequals(sdk::raw_text_of(*record.raw, "state"), state);
}

/// All that hangs below it; a checkpoint in a checkpoint only where it has no parts.
void add_parts(const Record& checkpoint, int depth, std::vector<const Record*>& out) {
  for (const Record* part : checkpoint.children) {
    if (part->old || !is_checkpoint(*part) || depth == 0) continue;
    const std::size_t before = out.size();
    add_parts(*part, depth - 1, out);
    if (!part->is("Checkpoint") || out.size() == before) out.push_back(part);
  }
}

Waiting waiting_of(const OpenCheck& open) {
  return {stage_name(*open.checkpoint), label_of_check(*open.check), open.since(), open.check->type,
          open.check->id};
}

}  // namespace

bool is_checkpoint(const Record& record) {
  return record.is("Checkpoint") || sdk::iequals(record.type.substr(0, 11), "Checkpoint.");
}

std::string label_of_check(const Record& record) {
  const CheckType* type = type_of(record);
  std::string noun(type == nullptr ? "check" : type->noun);
  const bool named = !record.name.empty() && !sdk::iequals(record.name, record.type) &&
                     !sdk::iequals(record.name.substr(0, 10), "Checkpoint");
  if (named) return noun + " " + sdk::quoted(record.name, kMaxName, '\'');
  if (type != nullptr) return noun;
  return noun + " " + sdk::quoted(record.type.substr(record.type.find('.') + 1), kMaxName, '\'');
}

std::string_view failure_of_check(const Record& record) {
  const CheckType* type = type_of(record);
  return type == nullptr ? "did not pass" : type->failed;
}

std::vector<const Record*> parts_of(const Record& checkpoint) {
  std::vector<const Record*> out;
  add_parts(checkpoint, kMaxDepth, out);
  return out;
}

std::string OpenCheck::since() const {
  std::string began = check->time("startTime");
  return began.empty() ? checkpoint->time("startTime") : began;
}

std::vector<OpenCheck> open_checks_at(const Record& checkpoint) {
  std::vector<OpenCheck> out;
  const bool open = is_open(checkpoint, "inProgress");
  const bool over = !checkpoint.result.empty() || is_open(checkpoint, "completed");
  for (const std::string_view state : {"inProgress", "pending"}) {
    const bool turn = open || (!over && state == "inProgress");  // a part may be ahead of the whole
    for (const Record* part : parts_of(checkpoint)) {
      if (turn && is_open(*part, state)) out.push_back({part, &checkpoint});
    }
    if (!out.empty()) return out;
  }
  if (open) out.push_back({&checkpoint, &checkpoint});
  return out;
}

std::vector<Waiting> waiting_at(const Record& checkpoint) {
  std::vector<Waiting> out;
  for (const OpenCheck& one : open_checks_at(checkpoint)) out.push_back(waiting_of(one));
  return out;
}

}  // namespace adomcp::shared
