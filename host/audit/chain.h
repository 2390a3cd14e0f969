#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/sha256.h"

// Each line of a file ends with its number and a hash over all before it:
//   {…,"seq":12,"chain":"<64 hex digits>"}
// where chain is SHA-256 of the previous line's chain (as text) and of this line up to its own
// `,"chain"`. So a line can't change, go, come or move without breaking its own hash or the next
// one. Who can write the file can also make a new chain: what finds that is a head kept elsewhere.

namespace adomcp::audit {

/// A line grows by no more than this, its newline included.
inline constexpr std::size_t kMostAdded = 104;

/// How far a chain has come.
struct Link {
  std::uint64_t seq = 0;
  std::string hash;
};

/// A chained line taken apart; views of the line.
struct ChainedLine {
  std::uint64_t seq = 0;
  std::string_view covered;  ///< what the hash is over, beside the previous hash
  std::string_view hash;
};

/// nullopt for a line that doesn't end as a chained one does.
std::optional<ChainedLine> read_chained(std::string_view line);

class Chain {
 public:
  explicit Chain(Link last) : last_(std::move(last)) {}

  /// The line with its place in the chain, and a newline, goes to the end of `out`.
  void append(std::string_view line, std::string& out);

  /// Whether this is the line that comes next; if so it is the last one now.
  bool accept(const ChainedLine& line);

  /// The hash that the next line must have if `covered` is true to what was written.
  std::string hash_of(std::string_view covered);

  const Link& last() const { return last_; }
  void reset(Link last) { last_ = std::move(last); }

 private:
  Link last_;
  Sha256 sha256_;
};

}  // namespace adomcp::audit
