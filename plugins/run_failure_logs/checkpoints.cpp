#include "checkpoints.h"

#include <adomcp/quoted.hpp>
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace adomcp::failure_logs {

namespace {

using nlohmann::json;

constexpr std::size_t kMaxText = 1024;
constexpr std::size_t kMaxName = 200;

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

/// "approval 'Production'"; without a name of its own, the type says what it is.
std::string label_of(const Record& record) {
  const CheckType* type = type_of(record);
  const std::string noun(type == nullptr ? "check" : type->noun);
  const bool named = !record.name.empty() && !sdk::iequals(record.name, record.type) &&
                     !sdk::iequals(record.name.substr(0, 10), "Checkpoint");
  if (named) return noun + " " + sdk::quoted(record.name, kMaxName, '\'');
  if (type != nullptr) return noun;
  return noun + " " + sdk::quoted(record.type.substr(record.type.find('.') + 1), kMaxName, '\'');
}

/// What Azure says of a check, wherever in the record it says it.
std::vector<std::string> texts_of(const Record& record) {
  std::vector<std::string> out = said_by(record).all();
  for (const char* key : {"resultCode", "currentOperation", "details"}) {
    const std::string text = sdk::text_of(*record.raw, key).substr(0, kMaxText);
    if (!text.empty()) append(out, {text});
  }
  return out;
}

/// Who decided, where the record names a person.
std::string decided_by(const Record& record) {
  for (const char* key : {"actualApprover", "rejectedBy", "completedBy", "approver"}) {
    const json& person = sdk::member(*record.raw, key);
    const std::string name =
        person.is_string() ? person.get<std::string>() : sdk::text_of(person, "displayName");
    if (!name.empty()) return name.substr(0, 200);
  }
  return {};
}

bool says(const std::vector<std::string>& texts, std::string_view word) {
  return std::any_of(texts.begin(), texts.end(),
                     [&](const std::string& text) { return sdk::icontains(text, word); });
}

/// What became of a check, as the end of a sentence about it.
std::string outcome_of(const Record& record, const std::vector<std::string>& texts, Kind& kind) {
  const bool late = std::any_of(texts.begin(), texts.end(), says_expired);
  const bool rejected = says(texts, "reject");
  if (!rejected && (late || record.has_result("abandoned"))) {
    kind = Kind::kTimeout;
    return "expired before it was decided";
  }
  if (record.has_result("canceled") && !rejected) {
    kind = Kind::kCanceled;
    return "was canceled before it was decided";
  }
  const std::string who = decided_by(record);
  const CheckType* type = type_of(record);
  const std::string_view failed = type == nullptr ? "did not pass" : type->failed;
  return std::string(rejected ? "was rejected" : failed) + (who.empty() ? "" : " by " + who);
}

bool is_open(const Record& record, std::string_view state) {
  return record.result.empty() && sdk::iequals(sdk::text_of(*record.raw, "state"), state);
}

std::vector<const Record*> parts_of(const Record& checkpoint) {
  std::vector<const Record*> out;
  for (const Record* part : checkpoint.children) {
    if (!part->old && is_checkpoint(*part)) out.push_back(part);
  }
  return out;
}

Waiting waiting_of(const Record& check, const Record& checkpoint) {
  const Record* stage = RecordTree::above(checkpoint, "Stage");
  std::string since = check.time("startTime");
  if (since.empty()) since = checkpoint.time("startTime");
  return {level_name(stage), label_of(check), std::move(since)};
}

}  // namespace

bool is_checkpoint(const Record& record) {
  return record.is("Checkpoint") || sdk::iequals(record.type.substr(0, 11), "Checkpoint.");
}

bool is_refused(const Record& checkpoint) {
  if (is_broken(checkpoint)) return true;
  if (!checkpoint.result.empty() && !checkpoint.has_result("skipped")) return false;
  const auto parts = parts_of(checkpoint);
  return std::any_of(parts.begin(), parts.end(),
                     [](const Record* part) { return is_failed(*part); });
}

Refusal refusal_of(const Record& checkpoint) {
  Refusal out;
  std::vector<std::string> said = texts_of(checkpoint);
  const std::vector<std::string> own = said;
  Kind kind = Kind::kError;
  for (const Record* part : parts_of(checkpoint)) {
    if (!is_broken(*part)) continue;
    std::vector<std::string> texts = texts_of(*part);
    append(said, texts);
    append(texts, own);
    Kind one = Kind::kError;
    append(out.messages, {"The " + label_of(*part) + ' ' + outcome_of(*part, texts, one) + '.'});
    const bool first = out.messages.size() == 1;
    kind = first || one == Kind::kError ? one : kind;
  }
  if (out.messages.empty()) {
    for (const Record* part : parts_of(checkpoint)) {  // it ended while this one was undecided
      if (!part->result.empty() && !part->has_result("skipped")) continue;
      const bool canceled = checkpoint.has_result("canceled");
      kind = canceled ? Kind::kCanceled : Kind::kTimeout;
      out.messages.push_back("The " + label_of(*part) +
                             (canceled ? " was canceled before it was decided."
                                       : " expired or was given up before it was decided."));
    }
  }
  if (out.messages.empty()) {
    const std::string end = outcome_of(checkpoint, own, kind);
    out.messages.push_back((checkpoint.is("Checkpoint") ? "An " : "The ") + label_of(checkpoint) +
                           ' ' + end + '.');
  }
  append(out.messages, said);
  out.kind = kind;
  return out;
}

std::vector<Waiting> waiting_at(const Record& checkpoint) {
  std::vector<Waiting> out;
  const bool open = is_open(checkpoint, "inProgress");
  for (const std::string_view state : {"inProgress", "pending"}) {
    for (const Record* part : parts_of(checkpoint)) {
      if (open && is_open(*part, state)) out.push_back(waiting_of(*part, checkpoint));
    }
    if (!out.empty()) return out;
  }
  if (open) out.push_back(waiting_of(checkpoint, checkpoint));
  return out;
}

std::string left_waiting(const Waiting& waiting) {
  return "The " + waiting.what + " was still waiting when the run ended.";
}

}  // namespace adomcp::failure_logs
