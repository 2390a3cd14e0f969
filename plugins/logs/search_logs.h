#pragma once

#include <adomcp/arguments.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "search_answer.h"
#include "search_pattern.h"

namespace adomcp::logs {

struct SearchWanted {
  std::int64_t run_id = 0;
  std::string pattern;
  std::optional<std::int64_t> log_id;
  bool ignore_case = false;
  std::int64_t context = 0;
  std::int64_t max_matches = 0;

  static constexpr auto arguments() {
    namespace argument = adomcp::argument;
    return adomcp::arguments(
               argument::project(), argument::organization(),
               argument::run_id(&SearchWanted::run_id), argument::run_url(&SearchWanted::run_id),
               argument::field("pattern", &SearchWanted::pattern,
                               "RE2, found anywhere in a line; text as it is: \\Q…\\E. No "
                               "lookaround.")
                   .max_length(SearchPattern::kMaxLength),
               argument::id("log_id", &SearchWanted::log_id, "Only this log. Default: all."),
               argument::field("ignore_case", &SearchWanted::ignore_case, "As (?i) does.")
                   .otherwise(false),
               argument::field("context", &SearchWanted::context,
                               "Lines shown before and after each match.")
                   .range(0, 10)
                   .otherwise(2),
               argument::field("max_matches", &SearchWanted::max_matches,
                               "Matches shown; all are counted.")
                   .range(1, 100)
                   .otherwise(20))
        .exactly_one_of("run_id", "run_url");
  }
};

/// The tool search_run_logs.
SearchAnswer search_run_logs(Call& call, const SearchWanted& wanted);

}  // namespace adomcp::logs
