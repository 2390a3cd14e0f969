#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "core/descriptor.h"

namespace adomcp::app {

/// What became of a child: this same program, run with a hidden command whose code may crash.
struct ChildEnd {
  int exit_code = 0;       ///< when it ended by itself
  std::string signal;      ///< "SIGSEGV" when a signal ended it; else empty
  bool hung = false;       ///< it was still running at its time limit
  std::string not_run;     ///< why there is no more to say; else empty
  std::string report;      ///< the lines of its ChildReport
  bool complete = false;   ///< the report is whole
  std::string last_words;  ///< the last line of anything else that it printed, made harmless

  /// Its work done, and no crash after it.
  bool good() const { return complete && signal.empty() && !hung; }
  /// "; its last words: …"; empty when it printed nothing.
  std::string quote() const;
};

/// The last line that says something, without blanks around it.
std::string_view last_line(std::string_view text);

/// Runs this program with `arguments` in a process group of its own, killed when it takes longer.
ChildEnd run_child(const std::vector<std::string>& arguments, std::chrono::seconds limit);

/// The child's way to its parent. What code in this process prints from now on goes elsewhere, it
/// ends with its parent and at its time limit, and a crash ends it by signal whatever sanitizer it
/// was built with. Make it first, and once.
class ChildReport {
 public:
  explicit ChildReport(std::chrono::seconds limit);

  /// One line. It is out when this returns.
  void line(std::string_view text) const;
  /// Says that the report is whole.
  void done() const;

 private:
  Descriptor descriptor_;
};

}  // namespace adomcp::app
