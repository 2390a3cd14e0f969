#pragma once

#include <memory>
#include <string>
#include <variant>

#include "inbound_auth/authenticator.h"

namespace adomcp::inbound_auth {

/// `auth.mode: easyauth`: App Service's sign-in stands in front. The token is checked all the same;
/// the platform's X-MS-CLIENT-PRINCIPAL headers are only compared with it, and a contradiction, a
/// malformed header or none at all refuses. X-MS-CLIENT-PRINCIPAL-NAME is for display and its form
/// isn't documented, so it is never read.
class EasyAuth final : public Authenticator {
 public:
  EasyAuth(std::unique_ptr<const Authenticator> bearer, std::string provider)
      : bearer_(std::move(bearer)), provider_(std::move(provider)) {}

  std::variant<Caller, SignInRefusal> authenticate(const HeaderLookup& header) const override;
  std::string problem() const override { return bearer_->problem(); }

 private:
  const std::unique_ptr<const Authenticator> bearer_;
  const std::string provider_;
};

}  // namespace adomcp::inbound_auth
