#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/http_message.h"
#include "core/settings.h"
#include "core/sign_in.h"
#include "inbound_auth/authenticator.h"
#include "observe/metrics.h"

namespace spdlog {
class logger;
}

namespace adomcp::http {

/// Answers one POST to an MCP path, and with `legacy_sessions` one GET or DELETE; called on many
/// threads at once.
using Handler = std::function<HttpResponse(const HttpRequest&)>;

/// Why the server can't serve yet, one reason an entry; empty when it can.
using Readiness = std::function<std::vector<std::string>()>;

/// How each tool does; /api/health tells of their breakers.
using ToolStates = std::function<std::vector<observe::ToolState>()>;

/// What /status tells operators: a JSON object.
using StatusPage = std::function<std::string()>;

/// Does what POST /ops/reload asks for, and says what came of it.
using ReloadPage = std::function<HttpResponse(const HttpRequest&)>;

/// Told of every request that was nobody's, also of those that brought no token (`error` is empty
/// then). The receiver bounds how much of it is written down.
using OnRefusedSignIn = std::function<void(const SignInRefusal& refusal,
                                           const std::string& client_ip, std::string_view path)>;

/// What a Server is made of. What is referred to must outlive it; all of it is called on many
/// threads at once.
struct ServerParts {
  ServerSettings server;
  AuthSettings auth;
  const inbound_auth::Authenticator& authenticator;
  observe::Metrics& metrics;
  const Clock& clock;
  Handler handler;
  Readiness readiness;
  ToolStates tool_states = {};              ///< empty: there are none
  StatusPage status = {};                   ///< empty: /status isn't there
  ReloadPage reload = {};                   ///< empty: /ops/reload isn't there
  OnRefusedSignIn on_refused_sign_in = {};  ///< empty: nobody is told
  bool legacy_sessions = false;             ///< GET and DELETE on MCP paths are handled too
  std::string version;
  std::shared_ptr<spdlog::logger> log;
};

}  // namespace adomcp::http
