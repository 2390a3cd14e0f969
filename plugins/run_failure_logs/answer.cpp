#include "answer.h"

#include <adomcp/azure.hpp>
#include <adomcp/output_edit.hpp>
#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "answer_parts.h"
#include "fingerprint.h"
#include "fitting.h"
#include "hints.h"
#include "known_failures.h"
#include "run_json.h"
#include "sentence.h"
#include "shortening.h"
#include "told.h"

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

using told::Explanation;
using told::Failure;

template <typename List>
std::int64_t count_of(const List& list) {
  return static_cast<std::int64_t>(list.size());
}

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
    Explanation begun{};
    begun.run = run_of(in_.build);
    begun.totals = totals_of(in_);
    out_ = json_of(begun);
    shorten_texts(output::at<&Explanation::run>(out_), max_ / 4, kLeastText);
    add_failures(max_ / 2);
    add_lists();
    add_last_good();
    add_history();
    add_waiting();
    add_cause();
    put_known_failures(out_, in_.known, groups_, max_ / 8);
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

  Json& failures() { return output::at<&Explanation::failures>(out_); }
  const Json& failures() const { return output::at<&Explanation::failures>(out_); }
  bool is_truncated() const { return output::at<&Explanation::truncated>(out_).get<bool>(); }

  /// Adds what fits of a list, after what is there; true when nothing is left.
  template <auto Member, typename Items, typename Make>
  bool add_list(const Items& items, std::size_t most, std::size_t bytes, const Make& make) {
    Json& list = output::at<Member>(out_);
    while (list.size() < std::min(items.size(), most)) {
      output::push_back<Member>(out_, make(items[list.size()]));
      const std::size_t size = size_of(list.back()) + 1;
      if (size > bytes) {
        list.erase(list.size() - 1);
        return false;
      }
      bytes -= size;
    }
    return list.size() == items.size();
  }

  /// Those that come next: at least the first one, and of each as many messages as its share holds.
  void add_failures(std::size_t bytes) {
    const std::size_t most = std::min(groups_.size(), kMaxFailures);
    for (std::size_t i = failures().size(); i < most; ++i) {
      push_failure(make_failure(i, std::max(bytes / (most - i), kLeastFailure)));
      const std::size_t size = size_of(failures().back()) + 1;
      starved_ = i > 0 && size > bytes;
      if (starved_) {
        failures().erase(i);
        return;
      }
      bytes -= std::min(size, bytes);
    }
  }

  void push_failure(const Failure& one) { output::push_back<&Explanation::failures>(out_, one); }

  Failure make_failure(std::size_t index, std::size_t bytes) {
    Failure one = failure_of(in_.analysis.roots, groups_[index], bytes);
    const bool missing = mark_log(one, groups_[index]);
    one.fingerprint = fingerprints_[index];
    auto before = failed_before(in_.history, in_.analysis.roots, groups_[index]);
    if (!before.empty()) one.failed_before = std::move(before);
    one.truncated = one.truncated || missing;
    lacking_.erase(index);
    if (one.truncated) lacking_.insert(index);
    return one;
  }

  /// Says what became of the logs of a group; true when another call could read more of them.
  bool mark_log(Failure& failure, const Group& group) const {
    std::int64_t read = 0;
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
    if (with_log == 0 || !failure.log_id) return false;
    failure.log_read = read > 0;
    if (group.size() > 1) failure.logs_read = read;
    if (read == 0) {
      failure.log_unread = log == nullptr ? "not_asked" : log->gone ? "gone" : "failed";
    }
    if (log != nullptr && log->complete) failure.log_lines = log->scanner->lines();
    return missing && sections_.logs;
  }

  void add_last_good() {
    if (!sections_.last_good_run || in_.last_good.is_null()) return;
    output::put<&Explanation::last_good_run>(out_,
                                             last_good_run_of(in_.last_good, in_.last_good_on));
    Json& good = output::at<&Explanation::last_good_run>(out_);
    if (size_of(good) > max_ / 8) shorten_texts(good, max_ / 4, kLeastText);
  }

  void add_lists() {
    downstream_ = merge_equal(in_.analysis.downstream);
    if (sections_.tests && !in_.failed_tests.empty()) {
      output::put<&Explanation::failed_tests_count>(out_, count_of(in_.failed_tests));
    }
    if (!in_.notes.empty()) output::put<&Explanation::notes>(out_, std::vector<std::string>());
    add_all(1);
  }

  /// Each list's share, or with `share` 0 whatever is left.
  void add_all(std::size_t share) {
    const auto bytes = [&](std::size_t part) { return share > 0 ? part : left(); };
    complete_ = add_list<&Explanation::downstream>(
        downstream_, kMaxDownstream, bytes(max_ / 8),
        [this](const Group& group) { return downstream_of(in_.analysis.downstream, group); });
    if (sections_.tests) {
      complete_ &= add_list<&Explanation::failed_tests>(
          in_.failed_tests, kMaxTests, bytes(max_ / 4),
          [this](const Json& test) { return test_of(test, in_.test_details); });
    }
    if (sections_.changes) {
      complete_ &= add_list<&Explanation::commits_since>(in_.changes, kMaxCommits, bytes(max_ / 8),
                                                         commit_of);
    }
    if (in_.notes.empty()) return;
    complete_ &= add_list<&Explanation::notes>(in_.notes, kMaxNotes, bytes(max_ / 8),
                                               [](const std::string& note) { return note; });
  }

  void add_waiting() {
    if (in_.analysis.waiting.empty()) return;
    output::put<&Explanation::waiting>(out_, std::vector<told::Waiting>());
    output::put<&Explanation::waiting_count>(out_, count_of(in_.analysis.waiting));
    add_list<&Explanation::waiting>(in_.analysis.waiting, kMaxWaiting, max_ / 8, waiting_of);
  }

  std::size_t left() const {
    const std::size_t used = size_of(out_) + kReserve;
    return used < max_ ? max_ - used : 0;
  }

  /// Equal shares of what is left; what one failure doesn't need goes on to the next, and in the
  /// end to those that had too little.
  void add_evidence() {
    std::size_t rest = failures().size();
    for (std::size_t i = 0; rest > 0; ++i, --rest) put_evidence(i, left() / rest);
    for (std::size_t i = 0; i < failures().size(); ++i) {
      const Json& evidence = output::at<&Failure::evidence>(failures()[i]);
      if (short_.count(i) > 0) put_evidence(i, left() + size_of(evidence));
    }
  }

  void put_evidence(std::size_t index, std::size_t bytes) {
    const LogRead* log = in_.log(in_.analysis.roots[groups_[index].front()].log_id);
    if (log == nullptr || !log->read || bytes == 0) return;
    Json& failure = failures()[index];
    const Evidence evidence = log->scanner->evidence(bytes);
    std::vector<told::Line> lines;
    for (const EvidenceLine& line : evidence.lines) lines.push_back({line.line, line.text});
    output::put<&Failure::evidence>(failure, lines);
    output::put<&Failure::sure>(failure, log->scanner->sure());
    output::put<&Failure::truncated>(
        failure, evidence.truncated || !log->complete || lacking_.count(index) > 0);
    short_.erase(index);
    if (evidence.truncated) short_.insert(index);
  }

  /// What evidence left over goes to the failures and lists that were cut.
  void fill_up() {
    const std::size_t before = failures().size();
    add_failures(left());
    for (std::size_t i = before; i < failures().size(); ++i) put_evidence(i, left());
    add_all(0);
    if (output::has<&Explanation::waiting>(out_)) {
      complete_ &=
          add_list<&Explanation::waiting>(in_.analysis.waiting, kMaxWaiting, left(), waiting_of);
    }
    complete_ = complete_ && short_.empty() && failures().size() == groups_.size();
  }

  /// One sentence, only where one root cause has one clear reason.
  void add_cause() {
    if (in_.analysis.roots.size() != 1 || in_.is_running()) return;
    const RootCause& cause = in_.analysis.roots.front();
    const std::string reason = reason_of(in_, cause);
    if (reason.empty()) return;
    output::put<&Explanation::cause>(out_, cause_sentence(cause, reason));
  }

  /// By what the failure is recognised, since when the branch fails, and which runs failed before.
  void add_history() {
    if (groups_.empty()) return;
    output::put<&Explanation::fingerprint>(out_, combined_fingerprint(fingerprints_));
    const auto told_since = since_of(in_.history, in_.build);
    if (!told_since) return;
    output::put<&Explanation::since>(out_, told_since);
    const std::size_t bytes = max_ / 8;
    Json& since = output::at<&Explanation::since>(out_);
    shorten_texts(since, bytes, kLeastText);
    if (size_of(since) > bytes) output::erase<&Explanation::since>(out_);
    output::put<&Explanation::previous_failures>(out_, std::vector<told::PreviousFailure>());
    add_list<&Explanation::previous_failures>(in_.history.last, in_.history.last.size(), bytes,
                                              previous_of);
  }

  Shown shown() const {
    Shown out;
    for (std::size_t i = 0; i < failures().size(); ++i) out.shown += groups_[i].size();
    add_unread(out);
    out.cut = is_truncated();
    // More bytes only help an answer that used those it had.
    out.full = out.cut && (starved_ || size_of(out_) + kReserve > max_ - max_ / 4);
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
    output::put<&Explanation::truncated>(out_, !complete_ || any_truncated());
    put_hints();
  }

  bool any_truncated() const {
    return std::any_of(failures().begin(), failures().end(), [](const Json& failure) {
      return output::at<&Failure::truncated>(failure).get<bool>();
    });
  }

  void put_hints() { output::put<&Explanation::next>(out_, hints_for(in_, shown(), max_)); }

  /// What the cut left free goes to further failures and then to the logs' lines.
  void refill() {
    while (failures().size() < std::min(groups_.size(), kMaxFailures)) {
      const std::size_t room = max_ - std::min(max_, size_of(out_));
      if (room < kLeastFailure / 2) break;
      Json next = output::at<&Explanation::next>(out_);
      push_failure(make_failure(failures().size(), room));
      if (size_of(out_) <= max_) put_hints();
      if (size_of(out_) <= max_) continue;
      failures().erase(failures().size() - 1);
      output::at<&Explanation::next>(out_) = std::move(next);
      break;
    }
    for (std::size_t i = 0; sections_.logs && i < failures().size(); ++i) more_evidence(i);
  }

  void more_evidence(std::size_t index) {
    constexpr std::size_t kWorthIt = 100;
    const std::size_t room = max_ - std::min(max_, size_of(out_));
    Json& failure = failures()[index];
    if (room < kWorthIt || !is_truncated()) return;
    Json before = failure;
    const Json& evidence = output::at<&Failure::evidence>(failure);
    const std::size_t lines = evidence.size();
    put_evidence(index, room + size_of(evidence));
    output::put<&Failure::truncated>(failure, true);
    const bool more = output::at<&Failure::evidence>(failure).size() > lines;
    if (!more || size_of(out_) > max_) failure = std::move(before);
  }

  void count_shown() {
    output::put<&told::Totals::shown>(output::at<&Explanation::totals>(out_),
                                      static_cast<std::int64_t>(shown().shown));
  }

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
