#pragma once

#include <cstddef>
#include <deque>
#include <string>

#include "azure_devops/client.h"

namespace adomcp::plugin_host {

/// Keeps what a call has lent to its plugin until the call is over, up to a bound. What it keeps
/// doesn't move. Not thread-safe.
class Arena {
 public:
  explicit Arena(std::size_t max_bytes) : left_(max_bytes) {}

  /// Null when it doesn't fit any more.
  const azure_devops::Response* keep(azure_devops::Response response);
  const std::string* keep(std::string text);

 private:
  bool take(std::size_t bytes);

  std::size_t left_;
  std::deque<azure_devops::Response> responses_;
  std::deque<std::string> texts_;
};

}  // namespace adomcp::plugin_host
