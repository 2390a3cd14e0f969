#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "audit/sink.h"
#include "core/bounded_writer.h"

namespace adomcp::audit {

/// Writes whole lines, each with its newline, by one write(2) where the other side has room, and
/// several by one where a pipe takes them without a part of somebody else's between: so lines of
/// several processes don't mix. A reader who stands still holds up one write for `patience`, and
/// then none until there is room again; a line that was begun is completed first. What has to be
/// kept waits in memory meanwhile, `most_kept` bytes of it (Keep::kIfRoom: half of that), and goes
/// out by itself.
class FileDescriptorSink : public Sink {
 public:
  struct Bounds {
    std::chrono::milliseconds patience{1000};
    std::size_t most_kept = std::size_t{4} << 20;
  };

  FileDescriptorSink(std::string name, int fd)
      : FileDescriptorSink(std::move(name), fd, Bounds()) {}
  FileDescriptorSink(std::string name, int fd, Bounds bounds);
  ~FileDescriptorSink() override;
  FileDescriptorSink(const FileDescriptorSink&) = delete;
  FileDescriptorSink& operator=(const FileDescriptorSink&) = delete;

  std::string_view name() const override { return name_; }
  Status write(std::string_view line) override;
  Status write_or_keep(std::string_view line, Keep keep) override;
  void write_all(Batch batch) override;
  std::string problem() const override;
  std::uint64_t dropped() const override;

  /// What is kept goes out within `patience`; what doesn't is dropped, and counted.
  std::optional<Head> close() override;

 private:
  // Call these with the mutex held.
  void put(Batch batch);
  std::size_t send(Batch batch, Deadline until);
  void settle(Batch batch, std::size_t written);
  bool send_kept(Deadline until);
  bool keep_for_later(std::string_view line, Keep keep);
  void fail(int error);
  void begin_recovering();

  void keep_trying(const std::stop_token& stop);

  const std::string name_;
  const Bounds bounds_;
  mutable std::mutex mutex_;  // guards all below, and the order of bytes
  std::condition_variable_any wake_;
  BoundedWriter writer_;
  std::string text_;              // of the write under way
  std::string begun_;             // the rest of a line of which a part was written
  std::deque<std::string> kept_;  // whole lines that follow it
  std::size_t kept_bytes_ = 0;
  std::uint64_t dropped_ = 0;
  std::string failure_;  // why nothing is taken; empty: something is
  bool closed_ = false;
  std::jthread trying_;  // from the first failure on
};

/// Standard output, which is the audit's alone. Named "stdout".
class StdoutSink final : public FileDescriptorSink {
 public:
  StdoutSink() : FileDescriptorSink("stdout", 1) {}
};

}  // namespace adomcp::audit
