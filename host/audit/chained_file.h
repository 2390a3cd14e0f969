#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "audit/chain.h"
#include "audit/file_lock.h"
#include "audit/file_set.h"
#include "audit/file_tail.h"
#include "audit/sink.h"
#include "core/clock.h"
#include "core/descriptor.h"
#include "core/result.h"
#include "core/settings.h"

namespace spdlog {
class logger;
}

namespace adomcp::audit {

/// The file that is written and those rotated away from it, with one chain through all of them.
/// One thread at a time, except for sync().
class ChainedFile {
 public:
  /// Goes on where the last process ended, or starts a new chain. `clock` must outlive it; `log`
  /// may be null.
  static Result<std::unique_ptr<ChainedFile>> open(const AuditFileSettings& settings,
                                                   const Clock& clock,
                                                   std::shared_ptr<spdlog::logger> log);

  /// Writes lines by one write, and gives each its status. Those before the first that isn't taken
  /// are whole, and the chain goes on behind them; of the others nothing stays. With Fsync::kAlways
  /// they are on the disk afterwards.
  void append(Batch batch);

  /// What append() wrote is on the disk afterwards. Any thread.
  Status sync();

  /// Says that this process ended in good order.
  Status close();

  const Link& last() const { return chain_.last(); }
  const std::string& path() const { return settings_.path; }

  /// What an earlier process started and didn't finish, as it wrote it. Given once.
  std::vector<std::string> take_left_open() { return std::move(left_open_); }

 private:
  ChainedFile(const AuditFileSettings& settings, const Clock& clock, FileLock lock,
              std::shared_ptr<spdlog::logger> log);

  /// How far a write came, in whole lines.
  struct Written {
    std::size_t bytes = 0;
    Status status = Done{};
  };

  Status resume(const std::vector<AuditFile>& files);
  Status create(std::uint64_t number);
  Status reopen(const FileTail& tail);
  Status announce(const FileTail& before);
  Status append_one(std::string_view line);
  void replace_if_removed();
  void rotate_if_full(std::size_t more);
  Status rotate();
  void remove_oldest() const;
  Written write_text();
  std::optional<Link> end_of(std::size_t bytes) const;
  Status failure(const std::string& what, int error) const;

  const AuditFileSettings settings_;
  const Clock& clock_;
  FileLock lock_;
  std::shared_ptr<spdlog::logger> log_;
  Chain chain_;
  std::string text_;             // of the write under way: whole lines
  std::uint64_t number_ = 0;     // of the file, in its header and in its name once rotated
  std::uint64_t size_ = 0;       // of the file; what a failed write left is cut down to this
  bool overlong_ = false;        // whether such a cut failed and is still due
  std::uint64_t rotate_at_ = 0;  // size that asks for a new file; 0: never
  std::vector<std::string> left_open_;
  std::mutex mutex_;  // guards descriptor_ against sync()
  std::shared_ptr<Descriptor> descriptor_;
};

}  // namespace adomcp::audit
