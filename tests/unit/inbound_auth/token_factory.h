#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "inbound_auth/signature.h"

namespace adomcp::inbound_auth {

std::string to_base64(const std::string& bytes);
std::string to_base64url(const std::string& bytes);

/// A key pair of a test's issuer, or of its attacker.
class TestKey {
 public:
  static TestKey rsa(unsigned bits = 2048);
  static TestKey p256();

  /// The public half as a JWK with `more` members.
  nlohmann::json jwk(const std::string& id, const nlohmann::json& more = {}) const;
  /// A signature as JWS has it.
  std::string sign(Algorithm algorithm, const std::string& text) const;
  /// An ES256 signature in DER, which JWS doesn't take.
  std::string sign_der(const std::string& text) const;
  std::string public_pem() const;

 private:
  explicit TestKey(EVP_PKEY* pair) : pair_(pair) {}
  PublicKey pair_;
};

std::string hmac_sha256(const std::string& key, const std::string& text);

/// "header.payload" of the two texts, whatever they hold.
std::string encode_parts(const std::string& header, const std::string& payload);

/// A whole token; the header must name the algorithm itself.
std::string make_token(const TestKey& key, Algorithm algorithm, const std::string& header,
                       const std::string& payload);

}  // namespace adomcp::inbound_auth
