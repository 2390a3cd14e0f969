#pragma once

#include <cstddef>
#include <memory>
#include <thread>

#include "core/result.h"
#include "plugin_host/catalog.h"

namespace spdlog {
class logger;
}

namespace adomcp::plugin_host {

/// Counts the generations that somebody still works with, and takes them apart on a thread of its
/// own: a plugin whose stop() hangs holds up nothing but what comes after it. Thread-safe.
class Generations {
 public:
  /// Beside the current one; each holds its plugins in memory.
  static constexpr std::size_t kMostOld = 8;

  explicit Generations(std::shared_ptr<spdlog::logger> log);

  /// Waits a while for what is being taken apart; a plugin that hangs is left behind.
  ~Generations();
  Generations(const Generations&) = delete;
  Generations& operator=(const Generations&) = delete;

  /// The same catalog, counted until its last holder lets it go. Hand out only this one. May
  /// outlive the Generations.
  std::shared_ptr<const Catalog> track(std::shared_ptr<const Catalog> catalog);

  /// Generations beside the current one that aren't gone yet.
  std::size_t draining() const;

  /// How many libraries, by their file, the dynamic loader has kept in memory although nobody uses
  /// them any more. Each is logged the first time.
  std::size_t kept_libraries() const;

  /// An error when kMostOld generations are draining.
  Status check_room() const;

 private:
  struct State;
  std::shared_ptr<State> state_;  // shared with its thread and with every tracked catalog
  std::thread thread_;
};

}  // namespace adomcp::plugin_host
