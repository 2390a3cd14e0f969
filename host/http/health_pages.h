#pragma once

#include <memory>
#include <string>

#include "http/request_head.h"
#include "http/server_parts.h"

namespace adomcp::http {

/// The pages that platforms probe. Open to everybody, so where people sign in they name no
/// project, no plugin and no tool. Thread-safe.
class HealthPages {
 public:
  explicit HealthPages(const ServerParts& parts);

  /// For a health path and the methods GET and HEAD.
  HttpResponse answer(const RequestHead& head) const;

 private:
  HttpResponse health() const;
  HttpResponse ready() const;
  std::vector<std::string> reasons() const;

  const inbound_auth::Authenticator& authenticator_;
  const Readiness readiness_;
  const ToolStates tool_states_;
  const bool tells_all_;
  const std::string version_;
  const ServerSettings server_;
  const std::shared_ptr<spdlog::logger> log_;
};

}  // namespace adomcp::http
