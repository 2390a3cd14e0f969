#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/clock.h"

namespace adomcp::http {

/// Ends guessing, and the noise of a client that repeats a bad token: after `kMostFailures` bad
/// tokens from one address within `kWindow`, its tokens aren't looked at until the window ends.
/// A token that was good when it last came is always looked at, so that a client with a bad one
/// doesn't lock out others behind the same proxy; only people who sign in anew there have to wait.
/// Per replica. Holds a fixed amount of memory. Thread-safe.
class SignInLimit {
 public:
  static constexpr unsigned kMostFailures = 20;
  static constexpr std::chrono::seconds kWindow{60};
  static constexpr std::size_t kMostAddresses = 4096;

  explicit SignInLimit(const Clock& clock) : clock_(clock) {}

  /// How long `client_ip` must wait before `token` is looked at; zero: not at all.
  std::chrono::seconds wait(const std::string& client_ip, std::string_view token);

  void failed(const std::string& client_ip, std::string_view token);
  void succeeded(std::string_view token);

 private:
  struct Window {
    Clock::TimePoint start;
    unsigned failures = 0;
  };
  using Slot = std::atomic<std::size_t>;

  Slot& slot(std::size_t hash) { return good_[hash % good_.size()]; }
  static bool is_over(const Window& window, Clock::TimePoint now);
  bool make_room(Clock::TimePoint now);

  const Clock& clock_;
  // Hashes of good tokens. One that is pushed out, or is there by chance, costs or saves no check.
  std::array<Slot, 1024> good_{};
  std::mutex mutex_;  // guards windows_
  std::unordered_map<std::string, Window> windows_;
};

}  // namespace adomcp::http
