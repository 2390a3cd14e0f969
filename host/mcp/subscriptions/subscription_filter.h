#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <variant>

#include <nlohmann/json_fwd.hpp>

#include "mcp/subscriptions/change.h"
#include "mcp/wire/server.h"

namespace adomcp::mcp {

/// What one listener wants to hear of: the `notifications` of subscriptions/listen.
struct SubscriptionFilter {
  static constexpr std::size_t kMostUris = 100;
  static constexpr std::size_t kMostUriBytes = 2048;

  bool tools = false;
  bool prompts = false;
  bool resources = false;
  std::set<std::string> uris;

  /// Unknown fields mean nothing, as a later revision may have them.
  static std::variant<SubscriptionFilter, RpcError> read(const nlohmann::json& params);

  bool wants(Change what, const std::string& uri) const;

  /// As it is acknowledged: what is off is left out.
  nlohmann::json to_json() const;
};

}  // namespace adomcp::mcp
