#include "answer.h"

#include <adomcp/azure.hpp>
#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "answer_parts.h"
#include "fingerprint.h"
#include "fitting.h"
#include "good_run.h"
#include "hints.h"
#include "run_json.h"
#include "sentence.h"
#include "shortening.h"

namespace adomcp::failure_logs {

namespace {

constexpr std::size_t kMaxFailures = 100;
constexpr std::size_t kMaxDownstream = 20;
constexpr std::size_t kMaxTests = 20;
constexpr std::size_t kMaxCommits = 15;
constexpr std::size_t kMaxNotes = 12;
constexpr std::size_t kMaxWaiting = 50;
constexpr std::size_t kLeastFailure = 400;  // bytes of one, evidence aside
constexpr std::size_t kReserve = 500;       // for hints added last
constexpr std::size_t kLeastText = 60;      // bytes of a name or a title

/// Builds the answer part by part, each within its share.
class Composer {
 public:
  Composer(const Gathered& gathered, const Sections& sections, std::size_t max_bytes)
      : in_(gathered), sections_(sections), max_(max_bytes) {}

  Json run() {
    groups_ = merge_equal(
        in_.analysis.roots, [this](const RootCause& cause) { return verdict(cause); },
        sections_.log_id);
    put_read_first();
    for (std::size_t i = 0; i < std::min(groups_.size(), kMaxFailures); ++i) {
      fingerprints_.push_back(fingerprint_in(in_, in_.analysis.roots[groups_[i].front()]));
    }
    out_ = {{"run", run_of(in_.build)},
            {"cause", nullptr},
            {"totals", totals()},
            {"failures", Json::array()},
            {"downstream", Json::array()},
            {"failed_tests", Json::array()},
            {"commits_since", Json::array()},
            {"truncated", false},
            {"next", Json::array()}};
    shorten_texts(out_["run"], max_ / 4, kLeastText);
    add_failures(max_ / 2);
    add_lists();
    add_last_good();
    add_history();
    add_waiting();
    add_cause();
    if (sections_.logs) add_evidence();
    fill_up();
    note_cuts();
    fit_answer(out_, max_, [this] { put_hints(); });
    refill();
    count_shown();
    return std::move(out_);
  }

 private:
  bool is_read(const RootCause& cause) const {
    const LogRead* log = in_.log(cause.log_id);
    return cause.log_id > 0 && log != nullptr && log->read;
  }

  /// The first of a group stands for it: one whose log was read, if there is one.
  void put_read_first() {
    for (Group& group : groups_) {
      std::stable_partition(group.begin(), group.end(), [this](std::size_t index) {
        return is_read(in_.analysis.roots[index]);
      });
    }
  }

  /// What tells apart causes of one task and message: their logs. Empty where nobody read it.
  std::string verdict(const RootCause& cause) const {
    if (cause.log_id == 0) return "none";
    if (!is_read(cause)) return {};
    const LogRead* log = in_.log(cause.log_id);
    const auto best = log->scanner->best();
    if (best) return "says " + best->text;
    const bool clear =
        std::any_of(cause.messages.begin(), cause.messages.end(),
                    [](const std::string& message) { return !is_generic_message(message); });
    return clear ? "says nothing" : "says nothing " + std::to_string(cause.log_id);
  }

  Json totals() const {
    std::size_t with_log = 0;
    std::set<std::int64_t> read;
    for (const RootCause& cause : in_.analysis.roots) {
      if (cause.log_id > 0) ++with_log;
      if (is_read(cause)) read.insert(cause.log_id);
    }
    const std::size_t failed = in_.analysis.roots.size();
    return {
        {"failed", failed}, {"shown", failed}, {"with_log", with_log}, {"logs_read", read.size()}};
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

  /// Those that come next: at least the first one, and of each as many messages as its share holds.
  void add_failures(std::size_t bytes) {
    Json& failures = out_["failures"];
    const std::size_t most = std::min(groups_.size(), kMaxFailures);
    for (std::size_t i = failures.size(); i < most; ++i) {
      Json one = make_failure(i, std::max(bytes / (most - i), kLeastFailure));
      const std::size_t size = size_of(one) + 1;
      starved_ = i > 0 && size > bytes;
      if (starved_) return;
      bytes -= std::min(size, bytes);
      failures.push_back(std::move(one));
    }
  }

  Json make_failure(std::size_t index, std::size_t bytes) {
    Json one = failure_of(in_.analysis.roots, groups_[index], bytes);
    const bool missing = mark_log(one, groups_[index]);
    one["fingerprint"] = fingerprints_[index];
    Json before = failed_before(in_.history, in_.analysis.roots, groups_[index]);
    if (!before.empty()) one["failed_before"] = std::move(before);
    if (missing) one["truncated"] = true;
    lacking_.erase(index);
    if (one["truncated"].get<bool>()) lacking_.insert(index);
    return one;
  }

  /// Says what became of the logs of a group; true when another call could read more of them.
  bool mark_log(Json& failure, const Group& group) const {
    std::size_t read = 0;
    std::size_t with_log = 0;
    bool missing = false;
    for (const std::size_t index : group) {
      const RootCause& cause = in_.analysis.roots[index];
      if (cause.log_id == 0) continue;
      ++with_log;
      if (is_read(cause)) {
        ++read;
        continue;
      }
      const LogRead* log = in_.log(cause.log_id);
      missing = missing || log == nullptr || !log->gone;
    }
    const LogRead* log = in_.log(in_.analysis.roots[group.front()].log_id);
    if (with_log == 0 || !failure.contains("log_id")) return false;
    failure["log_read"] = read > 0;
    if (group.size() > 1) failure["logs_read"] = read;
    if (read == 0) {
      failure["log_unread"] = log == nullptr ? "not_asked" : log->gone ? "gone" : "failed";
    }
    if (log != nullptr && log->complete) failure["log_lines"] = log->scanner->lines();
    return missing && sections_.logs;
  }

  void add_last_good() {
    if (!sections_.last_good_run || in_.last_good.is_null()) return;
    out_["last_good_run"] = run_of(in_.last_good);
    out_["last_good_run"]["found_on"] = in_.last_good_on;
    if (size_of(out_["last_good_run"]) > max_ / 8) {
      shorten_texts(out_["last_good_run"], max_ / 4, kLeastText);
    }
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
    out_["waiting_count"] = in_.analysis.waiting.size();
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
    failure["sure"] = log->scanner->sure();
    failure["truncated"] = evidence.truncated || !log->complete || lacking_.count(index) > 0;
    short_.erase(index);
    if (evidence.truncated) short_.insert(index);
  }

  /// What evidence left over goes to the failures and lists that were cut.
  void fill_up() {
    const std::size_t before = out_["failures"].size();
    add_failures(left());
    for (std::size_t i = before; i < out_["failures"].size(); ++i) put_evidence(i, left());
    add_all(0);
    if (out_.contains("waiting")) {
      complete_ &= add_list("waiting", in_.analysis.waiting, kMaxWaiting, left(), waiting_of);
    }
    complete_ = complete_ && short_.empty() && out_["failures"].size() == groups_.size();
  }

  /// One sentence, only where one root cause has one clear reason.
  void add_cause() {
    if (in_.analysis.roots.size() != 1 || in_.is_running()) return;
    const RootCause& cause = in_.analysis.roots.front();
    const std::string reason = reason_of(in_, cause);
    if (!reason.empty()) out_["cause"] = cause_sentence(cause, reason);
  }

  /// By what the failure is recognised, since when the branch fails, and which runs failed before.
  void add_history() {
    if (groups_.empty()) return;
    out_["fingerprint"] = combined_fingerprint(fingerprints_);
    Json since = since_of(in_.history, in_.build);
    if (since.is_null()) return;
    const std::size_t bytes = max_ / 8;
    if (shorten_texts(since, bytes, kLeastText); size_of(since) <= bytes) {
      out_["since"] = std::move(since);
    }
    out_["previous_failures"] = Json::array();
    add_list("previous_failures", in_.history.last, in_.history.last.size(), bytes, previous_of);
  }

  Shown shown() const {
    Shown out;
    for (std::size_t i = 0; i < out_["failures"].size(); ++i) out.shown += groups_[i].size();
    add_unread(out);
    out.cut = out_["truncated"];
    // More bytes only help an answer that used those it had.
    out.full = out_["truncated"] && (starved_ || size_of(out_) + kReserve > max_ - max_ / 4);
    return out;
  }

  /// Logs that nobody asked for are worth another call, unless the run's logs are gone; so are
  /// those that Azure could not give now. A cause of which nothing was read goes before any other.
  void add_unread(Shown& out) const {
    if (!sections_.logs) return;
    const bool read =
        std::any_of(in_.logs.begin(), in_.logs.end(), [](const LogRead& log) { return log.read; });
    const bool gone =
        std::any_of(in_.logs.begin(), in_.logs.end(), [](const LogRead& log) { return log.gone; });
    for (const LogRead& log : in_.logs) {
      if (!log.read && log.busy && out.busy_log == 0) out.busy_log = log.id;
    }
    if (gone && !read) return;
    for (const Group& group : groups_) {
      const bool told = is_read(in_.analysis.roots[group.front()]);
      for (const std::size_t index : group) {
        const RootCause& cause = in_.analysis.roots[index];
        if (cause.log_id == 0 || in_.log(cause.log_id) != nullptr) continue;
        ++out.unread;
        if (out.unread_cause != nullptr && (told || !out.twin)) continue;
        out.unread_cause = &cause;
        out.twin = told;
      }
    }
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

  /// What the cut left free goes to further failures and then to the logs' lines.
  void refill() {
    while (out_["failures"].size() < std::min(groups_.size(), kMaxFailures)) {
      const std::size_t room = max_ - std::min(max_, size_of(out_));
      if (room < kLeastFailure / 2) break;
      Json next = out_["next"];
      out_["failures"].push_back(make_failure(out_["failures"].size(), room));
      if (size_of(out_) <= max_) put_hints();
      if (size_of(out_) <= max_) continue;
      out_["failures"].erase(out_["failures"].size() - 1);
      out_["next"] = std::move(next);
      break;
    }
    for (std::size_t i = 0; sections_.logs && i < out_["failures"].size(); ++i) more_evidence(i);
  }

  void more_evidence(std::size_t index) {
    constexpr std::size_t kWorthIt = 100;
    const std::size_t room = max_ - std::min(max_, size_of(out_));
    Json& failure = out_["failures"][index];
    if (room < kWorthIt || !out_["truncated"].get<bool>()) return;
    Json before = failure;
    put_evidence(index, room + size_of(failure["evidence"]));
    failure["truncated"] = true;
    const bool more = failure["evidence"].size() > before["evidence"].size();
    if (!more || size_of(out_) > max_) failure = std::move(before);
  }

  void count_shown() { out_["totals"]["shown"] = shown().shown; }

  const Gathered& in_;
  const Sections& sections_;
  const std::size_t max_;
  std::vector<Group> groups_;  ///< of in_.analysis.roots; failures are the first of them
  std::vector<std::string> fingerprints_;  ///< of those groups that may be told
  std::vector<Group> downstream_;          ///< of in_.analysis.downstream
  std::set<std::size_t> lacking_;          ///< failures that lack messages or logs
  std::set<std::size_t> short_;            ///< failures whose evidence was cut
  bool complete_ = true;                   ///< every list holds everything
  bool starved_ = false;                   ///< a failure had no room
  Json out_;
};

}  // namespace

nlohmann::json compose(const Gathered& gathered, const Sections& sections, std::size_t max_bytes) {
  return Composer(gathered, sections, max_bytes).run();
}

}  // namespace adomcp::failure_logs
