#pragma once

#include <functional>
#include <string>
#include <variant>

#include "core/sign_in.h"
#include "inbound_auth/authenticator.h"

namespace adomcp::app {

constexpr const char* kTokenVariable = "ADOMCP_TOKEN";

/// What the environment says under this name, once: it is wiped there, so that no child and no
/// plugin finds it. Before any other thread runs.
std::string take_variable(const char* name);

/// Who the client on standard input is: whom the configured authenticator finds behind the one
/// token that came with the process. Thread-safe.
class LocalClient {
 public:
  using OnRefused = std::function<void(const SignInRefusal&)>;

  /// The authenticator must outlive it. `token` may be empty.
  LocalClient(const inbound_auth::Authenticator& authenticator, const std::string& token,
              OnRefused on_refused);

  /// Looked at anew each time, since a token expires.
  std::variant<Caller, SignInRefusal> check() const;

 private:
  const inbound_auth::Authenticator& authenticator_;
  const Secret header_;
  const OnRefused on_refused_;
};

}  // namespace adomcp::app
