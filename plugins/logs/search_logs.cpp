#include "search_logs.h"

#include <adomcp/redact.hpp>
#include <algorithm>
#include <memory>
#include <utility>

#include "budget.h"

namespace adomcp::logs {
namespace {

constexpr std::size_t kMaxLogs = 300;             // requests of one call
constexpr std::size_t kSideBySide = 4;            // logs read at a time
constexpr std::uint64_t kMaxBytes = 192U << 20U;  // of all logs together
constexpr std::size_t kForWords = 2600;           // of the answer: all that isn't logs
constexpr std::size_t kMaxErrors = 3;             // said of single logs
constexpr std::size_t kMaxSaid = 200;

/// One log, as far as it was searched.
struct Search {
  RunLog log;
  std::unique_ptr<LogSearch> search;
  bool begun = false;  ///< some of it was read
  bool whole = false;
  bool gone = false;
  std::string error;
  adomcp_status status = ADOMCP_OK;
};

class Searcher {
 public:
  Searcher(Call& call, const SearchWanted& wanted)
      : call_(call),
        wanted_(wanted),
        pattern_(wanted.pattern, wanted.ignore_case),
        run_(ask_for_run(call, wanted.run_id, true)),
        logs_(logs_of(run_.list, run_.timeline)),
        budget_(call, kMaxBytes) {}

  SearchAnswer run() {
    choose();
    while (next_ < searches_.size() && next_ < kMaxLogs && !budget_.is_spent()) read_some();
    refuse_if_nothing_was_read();
    return answer();
  }

 private:
  /// Where Azure DevOps gave no log at all, that is the answer.
  void refuse_if_nothing_was_read() const {
    const Search* failed = nullptr;
    for (const Search& each : searches_) {
      if (each.begun || each.gone) return;
      if (failed == nullptr && !each.error.empty()) failed = &each;
    }
    if (failed != nullptr) throw ToolError(failed->error, failed->status);
  }

  void choose() {
    if (!wanted_.log_id) {
      for (RunLog& log : logs_.logs) add(std::move(log));
      return;
    }
    auto log = find_log(logs_, *wanted_.log_id);
    if (!log) refuse_log(call_, run_, *wanted_.log_id);
    add(std::move(*log));
  }

  void add(RunLog log) {
    searches_.push_back({std::move(log), nullptr, false, false, false, {}, ADOMCP_OK});
  }

  /// The next few logs, side by side.
  void read_some() {
    call_.check();
    const std::size_t end = std::min({next_ + kSideBySide, searches_.size(), kMaxLogs});
    std::vector<AdoRequest> requests;
    for (std::size_t i = next_; i < end; ++i) requests.push_back(request_for(searches_[i]));
    const auto responses = call_.send_all(requests);
    for (std::size_t i = next_; i < end; ++i) look_at(searches_[i], responses[i - next_]);
    next_ = end;
    call_.progress(static_cast<double>(next_), static_cast<double>(searches_.size()),
                   "logs searched");
  }

  AdoRequest request_for(Search& each) {
    each.search = std::make_unique<LogSearch>(pattern_, static_cast<std::size_t>(wanted_.context),
                                              static_cast<std::size_t>(wanted_.max_matches));
    AdoRequest request = log_request(run_.id, each.log.id);
    request.max_bytes = budget_.bytes_left();
    request.on_chunk = [this, &each](std::string_view piece) {
      each.begun = true;
      each.search->feed(piece);
      return budget_.spend(piece.size());
    };
    return request;
  }

  static void look_at(Search& each, const AdoResponse& response) {
    each.begun = each.begun || response.ok();
    each.whole = response.ok() && !response.truncated;
    if (each.begun) each.search->finish(each.whole);  // at once: it holds lines that wait
    each.gone = response.status == ADOMCP_NOT_FOUND;
    each.status = response.status;
    if (!response.ok() && !each.gone) {
      each.error = response.error.empty() ? "no answer" : sdk::safe_text(response.error, kMaxSaid);
    }
  }

  SearchAnswer answer() {
    SearchAnswer out;
    out.run_id = run_.id;
    notes_ = std::move(run_.notes);
    std::vector<SearchedLog> found = searched(false);
    if (none(found)) {
      auto literal = searched(true);
      if (!none(literal)) {
        found = std::move(literal);
        notes_.push_back(
            "Nothing matches the pattern as RE2. Shown are lines that have its text as it is: "
            "write \\Q…\\E to look for that.");
      }
    }
    const bool all_shown = fill(out, found, static_cast<std::size_t>(wanted_.max_matches),
                                kAnswerBytes - kNoticeBytes - kForWords);
    out.logs_searched = static_cast<std::int64_t>(found.size());
    note_what_is_missing();
    out.truncated = !all_shown || missing_;
    out.next = next_of(out, all_shown);
    if (!notes_.empty()) out.notes = std::move(notes_);
    call_.note("result_count", out.matches);
    return out;
  }

  std::vector<SearchedLog> searched(bool literal) const {
    std::vector<SearchedLog> out;
    for (const Search& each : searches_) {
      if (!each.begun) continue;
      out.push_back({each.log, literal ? &each.search->literal() : &each.search->matches()});
    }
    return out;
  }

  static bool none(const std::vector<SearchedLog>& searched) {
    return std::all_of(searched.begin(), searched.end(),
                       [](const SearchedLog& each) { return each.matches->count() == 0; });
  }

  void note_what_is_missing() {
    std::vector<std::int64_t> unread;
    std::vector<std::int64_t> gone = wanted_.log_id ? std::vector<std::int64_t>{} : logs_.gone;
    std::int64_t cut = 0;
    for (const Search& each : searches_) {
      const std::string name = "Log " + std::to_string(each.log.id);
      if (each.gone) gone.push_back(each.log.id);
      if (!each.error.empty()) errors_.push_back(name + " could not be read: " + each.error);
      if (!each.begun && !each.gone && each.error.empty()) unread.push_back(each.log.id);
      if (each.begun && !each.whole) {
        errors_.push_back(name + " was searched to line " + std::to_string(each.search->last()) +
                          (each.log.lines > 0 ? " of " + std::to_string(each.log.lines) : "") +
                          ".");
      }
      if (each.begun) cut += each.search->cut();
    }
    missing_ = !unread.empty() || !errors_.empty() || !gone.empty();
    if (!unread.empty()) {
      notes_.push_back(std::string(budget_.out_of_time() ? "The call's time"
                                                         : "What one call may "
                                                           "read") +
                       " was used up. Not searched: " + (unread.size() == 1 ? "log " : "logs ") +
                       listed(unread) + ".");
      unread_ = unread.front();
    }
    if (!gone.empty()) notes_.push_back(gone_sentence(run_, gone));
    if (cut > 0) {
      notes_.push_back("Of lines longer than 16 KiB (here " + std::to_string(cut) +
                       ") the first 12 KiB were searched.");
    }
    note_other_logs();
    for (std::size_t i = 0; i < std::min(errors_.size(), kMaxErrors); ++i) {
      notes_.push_back(std::move(errors_[i]));
    }
    if (errors_.size() > kMaxErrors) {
      notes_.push_back("So it was with " + std::to_string(errors_.size() - kMaxErrors) +
                       " more logs.");
    }
  }

  void note_other_logs() {
    if (!wanted_.log_id && !logs_.unnamed.empty()) {
      std::vector<std::int64_t> ids;
      for (const RunLog& log : logs_.unnamed) ids.push_back(log.id);
      notes_.push_back("Not searched, because they are of earlier attempts: " +
                       std::string(ids.size() == 1 ? "log " : "logs ") + listed(ids) +
                       ". Ask for one with log_id.");
    }
    if (run_.is_running()) {
      notes_.push_back("The run is not finished: its logs may grow, and more may come.");
    }
  }

  std::string next_of(const SearchAnswer& out, bool all_shown) const {
    if (unread_ > 0) {
      return "Call again with log_id, " + std::to_string(unread_) +
             " first, to search what was left out.";
    }
    if (out.matches == 0) {
      return wanted_.ignore_case ? "Try a shorter pattern."
                                 : "Try a shorter pattern, or ignore_case.";
    }
    if (!all_shown) {
      return "For the other matches call again with log_id, a narrower pattern or less context.";
    }
    if (out.logs.empty() || out.logs.front().lines.empty()) return "Ask with a narrower pattern.";
    const MatchedLog& first = out.logs.front();
    const std::int64_t line = first.lines.front().line;
    return "To read on: read_run_log with log_id " + std::to_string(first.log_id) +
           " and from_line " + std::to_string(line) + ".";
  }

  Call& call_;
  const SearchWanted& wanted_;
  const SearchPattern pattern_;
  Run run_;
  RunLogs logs_;
  Budget budget_;
  std::vector<Search> searches_;
  std::size_t next_ = 0;
  std::vector<std::string> notes_, errors_;
  std::int64_t unread_ = 0;
  bool missing_ = false;
};

}  // namespace

SearchAnswer search_run_logs(Call& call, const SearchWanted& wanted) {
  return Searcher(call, wanted).run();
}

}  // namespace adomcp::logs
