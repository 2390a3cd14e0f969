#include "answer.h"

#include <adomcp/azure.hpp>
#include <adomcp/quoted.hpp>
#include <adomcp/redact.hpp>
#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "answer_parts.h"
#include "good_run.h"
#include "hints.h"
#include "run_json.h"

namespace adomcp::failure_logs {

namespace {

constexpr std::size_t kMaxFailures = 12;
constexpr std::size_t kMaxDownstream = 20;
constexpr std::size_t kMaxTests = 20;
constexpr std::size_t kMaxCommits = 15;
constexpr std::size_t kMaxNotes = 12;
constexpr std::size_t kMaxWaiting = 10;
constexpr std::size_t kLeastFailure = 400;  // bytes of one, evidence aside
constexpr std::size_t kReserve = 500;       // for hints added last

/// Builds the answer part by part, each within its share.
class Composer {
 public:
  Composer(const Gathered& gathered, const Sections& sections, std::size_t max_bytes)
      : in_(gathered), sections_(sections), max_(max_bytes) {}

  Json run() {
    groups_ = merge_equal(
        in_.analysis.roots, [this](const RootCause& cause) { return verdict(cause); },
        sections_.log_id);
    out_ = {{"run", run_of(in_.build)},
            {"cause", nullptr},
            {"totals", totals()},
            {"failures", Json::array()},
            {"downstream", Json::array()},
            {"failed_tests", Json::array()},
            {"commits_since", Json::array()},
            {"truncated", false},
            {"next", Json::array()}};
    add_failures();
    add_lists();
    if (sections_.last_good_run && !in_.last_good.is_null()) {
      out_["last_good_run"] = run_of(in_.last_good);
      out_["last_good_run"]["found_on"] = in_.last_good_on;
    }
    add_waiting();
    add_cause();
    if (sections_.logs) add_evidence();
    fill_up();
    note_cuts();
    fit();
    count_shown();
    return std::move(out_);
  }

 private:
  /// What tells apart causes of one task and message: their logs. One that was read is never told
  /// together with one that wasn't.
  std::string verdict(const RootCause& cause) const {
    if (cause.log_id == 0) return "none";
    const LogRead* log = in_.log(cause.log_id);
    if (log == nullptr || !log->read) return "unread";
    const auto best = log->scanner->best();
    if (best) return "says " + best->text;
    const bool clear =
        std::any_of(cause.messages.begin(), cause.messages.end(),
                    [](const std::string& message) { return !is_generic_message(message); });
    return clear ? "says nothing" : "says nothing " + std::to_string(cause.log_id);
  }

  Json totals() const {
    std::size_t with_log = 0;
    std::size_t read = 0;
    for (const RootCause& cause : in_.analysis.roots) {
      const LogRead* log = in_.log(cause.log_id);
      if (cause.log_id > 0) ++with_log;
      if (log != nullptr && log->read) ++read;
    }
    const std::size_t failed = in_.analysis.roots.size();
    return {{"failed", failed}, {"shown", failed}, {"with_log", with_log}, {"logs_read", read}};
  }

  /// Adds what fits of a list, after what is there; true when nothing is left.
  template <typename List, typename Make>
  bool add_list(const char* key, const List& items, std::size_t most, std::size_t bytes,
                const Make& make) {
    Json& list = out_[key];
    while (list.size() < std::min(items.size(), most)) {
      Json one = make(items[list.size()]);
      const std::size_t size = size_of(one) + 1;
      if (size > bytes) return false;
      bytes -= size;
      list.push_back(std::move(one));
    }
    return list.size() == items.size();
  }

  /// At least the first one, and of each as many messages as its share holds.
  void add_failures() {
    std::size_t bytes = max_ / 2;
    const std::size_t most = std::min(groups_.size(), kMaxFailures);
    for (std::size_t i = 0; i < most; ++i) {
      const RootCause& cause = in_.analysis.roots[groups_[i].front()];
      const std::size_t share = std::max(bytes / (most - i), kLeastFailure);
      Json one = failure_of(in_.analysis.roots, groups_[i], share);
      const std::size_t size = size_of(one) + 1;
      if (i > 0 && size > bytes) return;
      bytes -= std::min(size, bytes);
      if (one["truncated"].get<bool>()) trimmed_.insert(i);
      mark_log(one, cause);
      out_["failures"].push_back(std::move(one));
    }
  }

  void mark_log(Json& failure, const RootCause& cause) const {
    if (cause.log_id == 0) return;
    const LogRead* log = in_.log(cause.log_id);
    failure["log_read"] = log != nullptr && log->read;
    if (log == nullptr && sections_.logs) failure["truncated"] = true;
    if (log != nullptr && log->complete) failure["log_lines"] = log->scanner->lines();
  }

  void add_lists() {
    downstream_ = merge_equal(in_.analysis.downstream);
    if (sections_.tests && !in_.failed_tests.empty()) {
      out_["failed_tests_count"] = in_.failed_tests.size();
    }
    if (!in_.notes.empty()) out_["notes"] = Json::array();
    add_all(1);
  }

  /// Each list's share, or with `share` 0 whatever is left.
  void add_all(std::size_t share) {
    const auto bytes = [&](std::size_t part) { return share > 0 ? part : left(); };
    complete_ = add_list(
        "downstream", downstream_, kMaxDownstream, bytes(max_ / 8),
        [this](const Group& group) { return downstream_of(in_.analysis.downstream, group); });
    if (sections_.tests) {
      complete_ &= add_list("failed_tests", in_.failed_tests, kMaxTests, bytes(max_ / 4),
                            [this](const Json& test) { return test_of(test, in_.test_details); });
    }
    if (sections_.changes) {
      complete_ &= add_list("commits_since", in_.changes, kMaxCommits, bytes(max_ / 8), commit_of);
    }
    if (in_.notes.empty()) return;
    complete_ &= add_list("notes", in_.notes, kMaxNotes, bytes(max_ / 8),
                          [](const std::string& note) { return Json(note); });
  }

  void add_waiting() {
    if (in_.analysis.waiting.empty()) return;
    out_["waiting"] = Json::array();
    add_list("waiting", in_.analysis.waiting, kMaxWaiting, max_ / 8, waiting_of);
  }

  std::size_t left() const {
    const std::size_t used = size_of(out_) + kReserve;
    return used < max_ ? max_ - used : 0;
  }

  /// Equal shares of what is left; what one failure doesn't need goes on to the next, and in the
  /// end to those that had too little.
  void add_evidence() {
    std::size_t failures = out_["failures"].size();
    for (std::size_t i = 0; failures > 0; ++i, --failures) put_evidence(i, left() / failures);
    for (std::size_t i = 0; i < out_["failures"].size(); ++i) {
      Json& evidence = out_["failures"][i]["evidence"];
      if (short_.count(i) > 0) put_evidence(i, left() + size_of(evidence));
    }
  }

  void put_evidence(std::size_t index, std::size_t bytes) {
    const LogRead* log = in_.log(in_.analysis.roots[groups_[index].front()].log_id);
    if (log == nullptr || !log->read || bytes == 0) return;
    Json& failure = out_["failures"][index];
    const Evidence evidence = log->scanner->evidence(bytes);
    Json lines = Json::array();
    for (const EvidenceLine& line : evidence.lines) {
      lines.push_back({{"line", line.line}, {"text", line.text}});
    }
    failure["evidence"] = std::move(lines);
    failure["truncated"] = evidence.truncated || !log->complete || trimmed_.count(index) > 0;
    short_.erase(index);
    if (evidence.truncated) short_.insert(index);
  }

  /// What evidence left over goes to the lists that were cut.
  void fill_up() {
    add_all(0);
    complete_ = complete_ && short_.empty() && out_["failures"].size() == groups_.size();
  }

  /// One sentence, only where one root cause has one clear reason.
  void add_cause() {
    if (in_.analysis.roots.size() != 1 || in_.is_running()) return;
    const RootCause& cause = in_.analysis.roots.front();
    std::string reason;
    for (const std::string& message : cause.messages) {
      if (reason.empty() && !is_generic_message(message)) reason = message;
    }
    const LogRead* log = in_.log(cause.log_id);
    const bool clear = log != nullptr && log->scanner->best_score() >= kSpecific;
    if (clear && (reason.empty() || classify(reason).score < kSpecific) &&
        cause.kind == Kind::kError) {
      reason = log->scanner->best()->text;
    }
    if (reason.empty()) return;
    // The sentence is this tool's own; what strangers named and wrote stands in quotation marks.
    const auto named = [](const std::string& name) { return sdk::quoted(name, kNameBytes, '\''); };
    std::string where = cause.task.empty() ? "" : "Task " + named(cause.task);
    if (!cause.job.empty()) where += (where.empty() ? "Job " : " in job ") + named(cause.job);
    if (!cause.stage.empty()) {
      where += (where.empty() ? "Stage " : " of stage ") + named(cause.stage);
    }
    if (where.empty()) where = "The run";
    const char* verb = cause.kind == Kind::kCanceled ? " was canceled: " : " failed: ";
    out_["cause"] = where + verb + sdk::quoted(sdk::trim(reason), kMessageBytes);
  }

  Shown shown() const {
    Shown out;
    for (std::size_t i = 0; i < out_["failures"].size(); ++i) out.shown += groups_[i].size();
    for (const Group& group : groups_) {
      for (const std::size_t index : group) {
        const RootCause& cause = in_.analysis.roots[index];
        if (!sections_.logs || cause.log_id == 0 || in_.log(cause.log_id) != nullptr) continue;
        if (out.unread++ == 0) out.unread_cause = &cause;
      }
    }
    out.cut = out_["truncated"];
    // More bytes only help an answer that used those it had.
    out.full = out_["truncated"] && size_of(out_) + kReserve > max_ - max_ / 4;
    return out;
  }

  void note_cuts() {
    out_["truncated"] = !complete_ || any_truncated();
    put_hints();
  }

  bool any_truncated() const {
    return std::any_of(out_["failures"].begin(), out_["failures"].end(),
                       [](const Json& failure) { return failure["truncated"].get<bool>(); });
  }

  void put_hints() { out_["next"] = hints_for(in_, shown(), max_); }

  /// Drops the least useful until the answer fits. The shares make this rare.
  void fit() {
    while (size_of(out_) > max_) {
      if (!out_["truncated"].get<bool>()) {
        out_["truncated"] = true;
        put_hints();
        continue;
      }
      if (!drop_one()) return;
    }
  }

  void count_shown() { out_["totals"]["shown"] = shown().shown; }

  bool drop_one() {
    for (const char* key : {"commits_since", "downstream", "failed_tests"}) {
      if (out_[key].empty()) continue;
      out_[key].erase(out_[key].size() - 1);
      return true;
    }
    for (const char* key : {"evidence", "log_ids", "jobs", "messages"}) {
      for (auto failure = out_["failures"].rbegin(); failure != out_["failures"].rend();
           ++failure) {
        if (!failure->contains(key) || (*failure)[key].empty()) continue;
        Json& list = (*failure)[key];
        list.erase(list.size() - 1);
        (*failure)["truncated"] = true;
        return true;
      }
    }
    if (out_.contains("notes")) return out_.erase("notes") > 0;
    if (out_["failures"].size() <= 1) return false;
    out_["failures"].erase(out_["failures"].size() - 1);
    return true;
  }

  const Gathered& in_;
  const Sections& sections_;
  const std::size_t max_;
  std::vector<Group> groups_;      ///< of in_.analysis.roots; failures are the first of them
  std::vector<Group> downstream_;  ///< of in_.analysis.downstream
  std::set<std::size_t> trimmed_;  ///< failures whose messages were cut
  std::set<std::size_t> short_;    ///< failures whose evidence was cut
  bool complete_ = true;           ///< every list holds everything
  Json out_;
};

}  // namespace

nlohmann::json compose(const Gathered& gathered, const Sections& sections, std::size_t max_bytes) {
  return Composer(gathered, sections, max_bytes).run();
}

}  // namespace adomcp::failure_logs
