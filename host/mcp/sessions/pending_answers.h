#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>

#include <nlohmann/json.hpp>

#include "core/deadline.h"

namespace adomcp::mcp {

/// The requests that a session has sent to its client, and what came back. Thread-safe.
class PendingAnswers {
 public:
  /// The id of a new request; never the same twice.
  std::int64_t open();

  /// A response that the client has posted. One that nobody waits for is dropped, so is a second.
  void deliver(std::int64_t id, nlohmann::json response);

  /// Waits for the response, and closes the request. nullopt: none came until `until`,
  /// `interrupted` said so, or stop() was called.
  std::optional<nlohmann::json> wait(std::int64_t id, Deadline until,
                                     const std::function<bool()>& interrupted);

  /// Nobody waits any more, now or later.
  void stop();

 private:
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::map<std::int64_t, std::optional<nlohmann::json>> open_;
  std::int64_t next_ = 1;
  bool stopped_ = false;
};

}  // namespace adomcp::mcp
