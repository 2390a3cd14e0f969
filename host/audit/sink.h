#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace adomcp::audit {

/// The newest line of a chained file. Whoever knows it can find edits and cuts before it.
struct Head {
  std::uint64_t seq = 0;
  std::string hash;  ///< 64 hex digits
  std::string file;
};

/// What becomes of a line that can't be written now, where a sink has room to keep it.
enum class Keep {
  kNo,      ///< whoever wrote it goes without what it is about
  kIfRoom,  ///< kept while most of the room is free
  kYes,     ///< kept: it says what became of a call that was made
};

/// A line on its way, and what the sink says that has it now.
struct Entry {
  std::string_view line;  ///< whole, without its newline
  Keep keep = Keep::kNo;
  Status status = Done{};
};

/// Lines that go into a sink together, in the order in which they came.
using Batch = std::span<Entry* const>;

/// One line, written by what writes batches.
template <typename WriteAll>
Status write_alone(std::string_view line, Keep keep, const WriteAll& write_all) {
  Entry entry{line, keep};
  Entry* const alone = &entry;
  write_all(Batch(&alone, 1));
  return entry.status;
}

/// Where records go. `write` takes one whole line without its newline. Thread-safe.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual std::string_view name() const = 0;
  virtual Status write(std::string_view line) = 0;

  /// The same of a line that is kept for later by a sink that can.
  virtual Status write_or_keep(std::string_view line, Keep) { return write(line); }

  /// The same of many, with as few writes as it can. Each gets a status of its own: that others
  /// weren't taken says nothing of it.
  virtual void write_all(Batch batch) {
    for (Entry* entry : batch) entry->status = write_or_keep(entry->line, entry->keep);
  }

  /// Why it takes no records now; empty when all is well.
  virtual std::string problem() const { return {}; }

  /// Whether a line that it took is safe, so that a call may depend on it.
  virtual bool durable() const { return true; }

  /// Lines that it took and lost later.
  virtual std::uint64_t dropped() const { return 0; }

  /// `started` lines to which a process that died owes an outcome. Given once.
  virtual std::vector<std::string> take_left_open() { return {}; }

  /// Whether it is a chain's, whose heads are published in the others.
  virtual bool has_head() const { return false; }

  /// A head that it is time to publish elsewhere; each is given once.
  virtual std::optional<Head> head_due() { return std::nullopt; }

  /// Ends it: what is buffered goes out, nothing is taken any more. The last head, if it has any.
  virtual std::optional<Head> close() { return std::nullopt; }
};

}  // namespace adomcp::audit
