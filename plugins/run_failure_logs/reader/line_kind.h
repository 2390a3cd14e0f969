#pragma once

#include <string_view>

namespace adomcp::failure_logs {

/// What a log line looks like to someone who searches for the reason of a failure.
struct LineKind {
  int score = 0;     ///< 0: nothing; about 30: "exit code 1"; 60: may be; 90: says what is wrong
  int pattern = -1;  ///< which pattern it was, to tell the tenth of a kind from the first
  bool generic = false;  ///< only repeats that something failed
  bool noise = false;    ///< looks like an error and is none
};

constexpr int kWeak = 40;      ///< from here on a line is worth showing
constexpr int kLikely = 60;    ///< from here on a line is probably an error
constexpr int kSpecific = 88;  ///< from here on a line alone can explain a failure

/// Looks at the line's first 1,024 bytes, already without timestamp and escapes. Thread-safe.
LineKind classify(std::string_view line);

/// False when a pattern didn't compile: for the test of the table.
bool patterns_are_good();

/// True for a message that only says that something failed ("Bash exited with code '1'.").
bool is_generic_message(std::string_view message);

}  // namespace adomcp::failure_logs
