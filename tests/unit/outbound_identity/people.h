#pragma once

#include <Poco/Base64Encoder.h>

#include <memory>
#include <sstream>
#include <string>

#include "core/principal.h"
#include "core/secret.h"

namespace adomcp::outbound_identity {

inline const std::string kTenant = "aaaaaaaa-0000-4000-8000-000000000001";
inline const std::string kAvery = "bbbbbbbb-0000-4000-8000-000000000001";
inline const std::string kBlake = "bbbbbbbb-0000-4000-8000-000000000002";

inline Principal person(const std::string& object_id, const std::string& tenant_id = kTenant) {
  Principal principal;
  principal.object_id = object_id;
  principal.tenant_id = tenant_id;
  return principal;
}

/// An unsigned JWT: who uses it has had it checked before.
inline std::string jwt_of(const std::string& payload) {
  std::ostringstream coded;
  Poco::Base64Encoder encoder(coded, Poco::BASE64_URL_ENCODING | Poco::BASE64_NO_PADDING);
  encoder << payload;
  encoder.close();
  return "eyJhbGciOiJSUzI1NiJ9." + coded.str() + ".c2lnbmF0dXJl";
}

inline std::string person_jwt(const std::string& object_id, std::int64_t expires_at,
                              const std::string& more = {}) {
  return jwt_of(R"({"oid":")" + object_id + R"(","tid":")" + kTenant + R"(","exp":)" +
                std::to_string(expires_at) + more + "}");
}

inline std::shared_ptr<const Secret> secret(std::string text) {
  return std::make_shared<const Secret>(std::move(text));
}

}  // namespace adomcp::outbound_identity
