#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "audit/chain.h"
#include "core/result.h"

namespace adomcp::audit {

/// What a look at audit files found.
struct Verdict {
  /// The first thing that isn't as it was written: "file:line: what, and what it means".
  std::optional<std::string> problem;
  std::size_t files = 0;
  std::uint64_t lines = 0;
  std::uint64_t first = 0;  ///< number of the first line
  Link last;
  std::uint64_t crashes = 0;  ///< starts after a process that did not end in good order
  bool head_seen = false;     ///< whether the head that was asked for is there
  std::optional<Link> from;   ///< the start that was asked for, of which nothing is missing
};

/// "12:<64 hex digits>", as the fields seq and hash of an `audit_head` line.
Result<Link> parse_head(const std::string& text);

/// The same, or a number alone, whose hash is then empty.
Result<Link> parse_start(const std::string& text);

/// Reads the files in order and checks their chain. One path: with all that was rotated away from
/// it. With `head`: also that the line it names is there unchanged, and so all before it. With
/// `from`: also that nothing is missing from there on: the line that it names is there unchanged,
/// or the files begin with the one after it; of a number alone, that they begin there or before. An
/// error when a file can't be read.
Result<Verdict> verify(const std::vector<std::string>& paths, const std::optional<Link>& head,
                       const std::optional<Link>& from = std::nullopt);

/// For a person: good, with counts, or the problem.
std::string to_text(const Verdict& verdict);

}  // namespace adomcp::audit
