#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/principal.h"
#include "core/result.h"

namespace adomcp::inbound_auth {

using HeaderLookup = std::function<std::optional<std::string>(std::string_view name)>;

/// Finds out who sends a request. Thread-safe.
class Authenticator {
 public:
  virtual ~Authenticator() = default;
  virtual Result<Principal> authenticate(const HeaderLookup& header) const = 0;
};

/// `auth.mode: none`: everybody is "anonymous". The configuration decides where this is allowed.
class Anonymous final : public Authenticator {
 public:
  Result<Principal> authenticate(const HeaderLookup&) const override { return Principal{}; }
};

}  // namespace adomcp::inbound_auth
