#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace adomcp::mcp {

/// How many bytes all stores together may keep. Thread-safe.
struct ReplayBudget {
  explicit ReplayBudget(std::size_t bytes) : most(bytes) {}
  const std::size_t most;
  std::atomic<std::size_t> used = 0;
};

/// The last events of one session's streams, for a client whose connection broke off. The oldest go
/// when there are too many. Thread-safe.
class ReplayStore {
 public:
  static constexpr std::size_t kMostEvents = 256;
  static constexpr std::size_t kMostBytes = std::size_t{1} << 20;

  struct Event {
    std::uint64_t stream = 0;
    std::uint64_t number = 0;  ///< within its stream, growing
    std::string message;
  };

  explicit ReplayStore(std::shared_ptr<ReplayBudget> budget) : budget_(std::move(budget)) {}
  ~ReplayStore() { clear(); }
  ReplayStore(const ReplayStore&) = delete;
  ReplayStore& operator=(const ReplayStore&) = delete;

  /// A message larger than all that may be kept isn't.
  void add(std::uint64_t stream, std::uint64_t number, std::string_view message);

  /// What is kept of `stream` with a larger number, in order.
  std::vector<Event> after(std::uint64_t stream, std::uint64_t number) const;

  void clear();

 private:
  void drop_oldest();

  const std::shared_ptr<ReplayBudget> budget_;
  mutable std::mutex mutex_;  // guards what follows
  std::deque<Event> events_;
  std::size_t bytes_ = 0;
};

}  // namespace adomcp::mcp
