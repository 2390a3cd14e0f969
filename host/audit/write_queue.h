#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <vector>

#include "audit/sink.h"

namespace adomcp::audit {

/// Write combining: many threads bring lines, and one of them, the leader, writes what all of them
/// brought while the write before was under way; its followers sleep until then. A leader writes
/// one batch and leaves, and whoever comes or wakes first leads the next one: nobody writes for
/// others for long, nobody waits for a certain thread to be scheduled, and there is no thread
/// beside the callers. As many entries wait as there are callers. Thread-safe.
class WriteQueue {
 public:
  /// No batch has more lines, which bounds how long a leader writes for others.
  static constexpr std::size_t kMostLines = 64;

  /// `write` gives each entry its status. It is called without a lock, by one thread at a time.
  /// What it throws is the status of the whole batch.
  explicit WriteQueue(std::function<void(Batch)> write);
  WriteQueue(const WriteQueue&) = delete;
  WriteQueue& operator=(const WriteQueue&) = delete;

  /// Comes back once a batch with this entry was written, and its status says what came of it.
  /// Entries are written in the order in which they came.
  void put(Entry& entry);

 private:
  // Both are given the lock and leave without it.
  void lead(std::unique_lock<std::mutex>& lock);
  void follow(std::unique_lock<std::mutex>& lock, std::uint64_t ticket);
  void take_batch();
  void write_batch() noexcept;

  const std::function<void(Batch)> write_;
  std::vector<Entry*> batch_;  // the leader's own

  std::mutex mutex_;             // guards all below but what is read for waiting
  std::vector<Entry*> waiting_;  // in no batch yet
  bool led_ = false;             // whether there is a leader
  std::uint64_t batches_ = 0;
  // How many entries came, were taken into a batch, are written.
  std::uint64_t brought_ = 0;
  std::uint64_t taken_ = 0;
  std::atomic<std::uint64_t> done_ = 0;
  // What followers sleep on, by whether the number of their batch is even: so the end of a batch
  // wakes its own, and one of the next to lead.
  std::array<std::atomic<std::uint32_t>, 2> news_{};
};

}  // namespace adomcp::audit
