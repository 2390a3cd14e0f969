#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "core/principal.h"
#include "http/request_head.h"
#include "http/server_parts.h"

namespace adomcp::http {

/// The app roles that /metrics and /status are for; either is enough. With `auth.mode: none` there
/// are no roles, and the pages are as open as the tools are. To reload takes an admin.
constexpr std::string_view kOperatorRole = "operator";
constexpr std::string_view kAdminRole = "admin";

/// What operators look at: /metrics for Prometheus, and /status; and what they do: /ops/reload.
/// Thread-safe.
class OperatorPages {
 public:
  explicit OperatorPages(const ServerParts& parts);

  /// Why `principal` may not see these pages; nullopt: they may.
  std::optional<SignInRefusal> refusal(const Principal& principal) const;

  /// The same for what changes something: it needs the role admin.
  std::optional<SignInRefusal> refusal_to_change(const Principal& principal) const;

  /// For an operator path and the methods GET and HEAD.
  HttpResponse answer(const RequestHead& head) const;

  /// For a POST to kReloadPath.
  HttpResponse reload(const HttpRequest& http_request) const;

 private:
  HttpResponse status() const;

  observe::Metrics& metrics_;
  const StatusPage status_;
  const ReloadPage reload_;
  const bool for_everybody_;
  const std::shared_ptr<spdlog::logger> log_;
};

}  // namespace adomcp::http
