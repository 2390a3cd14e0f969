#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "reader/usual_lines.h"
#include "shared/round.h"
#include "timeline.h"

namespace adomcp::failure_logs {

using shared::Round;

/// Reads what the first two failed tasks said in the last good run. Not thread-safe, but that logs
/// of one round may be read side by side.
class Comparison {
 public:
  /// A failed task whose log was read, `complete`: to its end. Only the first two are taken.
  void add(const RootCause& root, bool complete);
  bool wanted() const { return !pairs_.empty(); }

  /// Asks for the timeline of the good run; null: there is none.
  void ask_for_timeline(Round& round, const Json& good_run);
  /// Asks for at most `most` logs of it.
  void ask_for_logs(Round& round, std::size_t most);
  /// What couldn't be compared, and why.
  void put_notes(std::vector<std::string>& notes) const;

  /// What the good run printed where log `log_id` was written; null: that isn't known.
  const UsualLines* usual(std::int64_t log_id) const;

 private:
  struct Pair {
    RootCause root;
    std::int64_t good_log = 0;  ///< 0: there is none
    std::unique_ptr<UsualLines> lines;
    std::string why_not;  ///< empty: it was compared
  };

  void find_logs(const Json& timeline);

  std::int64_t good_run_ = 0;
  std::vector<Pair> pairs_;
};

}  // namespace adomcp::failure_logs
