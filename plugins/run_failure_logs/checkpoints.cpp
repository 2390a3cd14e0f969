#include "checkpoints.h"

#include <adomcp/quoted.hpp>
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <unordered_set>
#include <utility>

namespace adomcp::failure_logs {

namespace {

using nlohmann::json;
using shared::label_of_check;
using shared::parts_of;

constexpr std::size_t kMaxText = 1024;
constexpr std::size_t kMaxName = 200;
constexpr std::size_t kMaxParts = 200;  // whose words are told

/// What Azure says of a check, wherever in the record it says it.
std::vector<std::string> texts_of(const Record& record) {
  std::vector<std::string> out = said_by(record).all();
  for (const char* key : {"resultCode", "currentOperation", "details"}) {
    const std::string text = sdk::raw_text_of(*record.raw, key).substr(0, kMaxText);
    if (!text.empty()) append(out, {text});
  }
  return out;
}

/// Who decided, where the record names a person.
std::string decided_by(const Record& record) {
  for (const char* key : {"actualApprover", "rejectedBy", "completedBy", "approver"}) {
    const json& person = sdk::member(*record.raw, key);
    const std::string name =
        person.is_string() ? person.get<std::string>() : sdk::raw_text_of(person, "displayName");
    if (!name.empty()) return name.substr(0, 200);
  }
  return {};
}

/// "rejected", but not "neither approved nor rejected".
bool says_rejected(const std::string& text) {
  constexpr std::array kNegations{"neither", "not ", "nor ", "n't ", "never", "without"};
  const std::string lower = sdk::to_lower(text);
  const std::size_t at = lower.find("reject");
  if (at == std::string::npos) return false;
  std::string before = lower.substr(0, at);
  const std::size_t sentence = before.rfind(". ");
  if (sentence != std::string::npos) before.erase(0, sentence);
  return std::none_of(kNegations.begin(), kNegations.end(),
                      [&](const char* word) { return before.find(word) != std::string::npos; });
}

/// A person decides on these, within a time; elsewhere words of time may mean anything.
bool is_decided(const Record& record) {
  return record.is("Checkpoint") || record.is("Checkpoint.Approval") ||
         record.is("Checkpoint.Authorization");
}

bool is_rejected(const Record& record, const std::vector<std::string>& texts) {
  return record.has_result("rejected") || std::any_of(texts.begin(), texts.end(), says_rejected);
}

bool is_late(const Record& record, const std::vector<std::string>& texts) {
  if (record.has_result("abandoned") || record.has_result("timedOut")) return true;
  if (says_expired(sdk::raw_text_of(*record.raw, "resultCode").substr(0, kMaxText))) return true;
  return is_decided(record) && std::any_of(texts.begin(), texts.end(), says_expired);
}

/// What became of a check, as the end of a sentence about it.
std::string outcome_of(const Record& record, const std::vector<std::string>& texts, Kind& kind) {
  const bool rejected = is_rejected(record, texts);
  if (!rejected && is_late(record, texts)) {
    kind = Kind::kTimeout;
    return "expired before it was decided";
  }
  if (record.has_result("canceled") && !rejected) {
    kind = Kind::kCanceled;
    return "was canceled before it was decided";
  }
  const std::string who = decided_by(record);
  const std::string_view failed = shared::failure_of_check(record);
  return std::string(rejected ? "was rejected" : failed) +
         (who.empty() ? "" : " by " + sdk::quoted(who, kMaxName, '\''));
}

/// Skipped, but it says why: it was rejected, it expired, or something went wrong.
bool is_skipped_for_a_reason(const Record& record) {
  if (!record.has_result("skipped")) return false;
  const std::vector<std::string> texts = texts_of(record);
  return !errors_of(record).empty() || is_rejected(record, texts) || is_late(record, texts);
}

bool is_refused_part(const Record& part) {
  return is_failed(part) || is_skipped_for_a_reason(part);
}

/// A stage that did not come to run anything: then a refused part of its checkpoint counts,
/// whatever the checkpoint's own result is.
bool ran_nothing(const Record& stage) {
  if (!is_broken(stage) && !stage.has_result("skipped")) return false;
  return std::none_of(stage.children.begin(), stage.children.end(), [](const Record* child) {
    return !child->old && !is_checkpoint(*child) && !child->result.empty() && !never_ran(*child) &&
           !child->has_result("skipped");
  });
}

/// Puts together why a checkpoint was refused: a sentence for each check, then what was said.
class RefusalReader {
 public:
  explicit RefusalReader(const Record& checkpoint)
      : checkpoint_(checkpoint), own_(texts_of(checkpoint)), parts_(parts_of(checkpoint)) {
    std::stable_partition(parts_.begin(), parts_.end(),
                          [](const Record* part) { return is_refused_part(*part); });
  }

  Refusal run() {
    hear(checkpoint_, own_);
    add_broken();
    if (out_.messages.empty()) add_undecided();
    if (out_.messages.empty()) {
      const std::string end = outcome_of(checkpoint_, own_, out_.kind);
      out_.messages.push_back((checkpoint_.is("Checkpoint") ? "An " : "The ") +
                              label_of_check(checkpoint_) + ' ' + end + '.');
    }
    const std::unordered_set<std::string> told(out_.messages.begin(), out_.messages.end());
    for (std::string& text : said_) {
      if (told.count(text) == 0) out_.messages.push_back(std::move(text));
    }
    return std::move(out_);
  }

 private:
  void hear(const Record& record, const std::vector<std::string>& texts) {
    out_.left_out += said_by(record).left_out();
    for (const std::string& text : texts) {
      if (known_.insert(text).second) said_.push_back(text);
    }
  }

  /// Of very many parts the last ones are only counted.
  bool has_room() {
    const bool room = ++told_ <= kMaxParts;
    if (!room) ++out_.left_out;
    return room;
  }

  void add_broken() {
    for (const Record* part : parts_) {
      if ((!is_broken(*part) && !is_refused_part(*part)) || !has_room()) continue;
      std::vector<std::string> texts = texts_of(*part);
      hear(*part, texts);
      append(texts, own_);
      Kind one = Kind::kError;
      append(out_.messages,
             {"The " + label_of_check(*part) + ' ' + outcome_of(*part, texts, one) + '.'});
      const bool first = out_.messages.size() == 1;
      out_.kind = first || one == Kind::kError ? one : out_.kind;
    }
  }

  /// The checkpoint ended while these were undecided.
  void add_undecided() {
    const bool canceled = checkpoint_.has_result("canceled");
    for (const Record* part : parts_) {
      if ((!part->result.empty() && !part->has_result("skipped")) || !has_room()) continue;
      out_.kind = canceled ? Kind::kCanceled : Kind::kTimeout;
      out_.messages.push_back("The " + label_of_check(*part) +
                              (canceled ? " was canceled before it was decided."
                                        : " expired or was given up before it was decided."));
    }
  }

  const Record& checkpoint_;
  const std::vector<std::string> own_;
  std::vector<const Record*> parts_;
  std::vector<std::string> said_;
  std::unordered_set<std::string> known_;
  std::size_t told_ = 0;
  Refusal out_;
};

}  // namespace

bool StageMemory::held(const Record& checkpoint) {
  const Record* stage = RecordTree::above(checkpoint, "Stage");
  if (stage == nullptr) return false;
  const auto [at, fresh] = known_.try_emplace(stage, false);
  if (fresh) at->second = ran_nothing(*stage);
  return at->second;
}

bool is_refused(const Record& checkpoint, StageMemory& stages) {
  if (is_broken(checkpoint) || is_skipped_for_a_reason(checkpoint)) return true;
  const bool passed = !checkpoint.result.empty() && !checkpoint.has_result("skipped");
  if (passed && !stages.held(checkpoint)) return false;
  const auto parts = parts_of(checkpoint);
  return std::any_of(parts.begin(), parts.end(),
                     [](const Record* part) { return is_refused_part(*part); });
}

Refusal refusal_of(const Record& checkpoint) {
  return RefusalReader(checkpoint).run();
}

std::string left_waiting(const Waiting& waiting) {
  return "The " + waiting.what + " was still waiting when the run ended.";
}

}  // namespace adomcp::failure_logs
