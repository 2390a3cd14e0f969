#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "core/sign_in.h"

namespace adomcp::inbound_auth {

using HeaderLookup = std::function<std::optional<std::string>(std::string_view name)>;

/// Finds out who sends a request. Thread-safe.
class Authenticator {
 public:
  virtual ~Authenticator() = default;
  virtual std::variant<Caller, SignInRefusal> authenticate(const HeaderLookup& header) const = 0;

  /// Why nobody can sign in now, for /readyz; empty when all is well.
  virtual std::string problem() const { return {}; }
};

/// `auth.mode: none`: everybody is "anonymous". The configuration decides where this is allowed.
class Anonymous final : public Authenticator {
 public:
  std::variant<Caller, SignInRefusal> authenticate(const HeaderLookup&) const override {
    return Caller{};
  }
};

}  // namespace adomcp::inbound_auth
