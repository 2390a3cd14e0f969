#pragma once

#include <openssl/types.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace adomcp::inbound_auth {

/// The signatures this server knows. Those with a shared secret, and none at all, are not among
/// them and never will be.
enum class Algorithm { kRs256, kPs256, kEs256 };

std::optional<Algorithm> parse_algorithm(std::string_view name);

struct PublicKeyDeleter {
  void operator()(EVP_PKEY* key) const;
};
using PublicKey = std::unique_ptr<EVP_PKEY, PublicKeyDeleter>;

/// Big-endian numbers as a JWK has them. Null for a key that is malformed or weak: RSA takes 2048
/// to 8192 bits, and an elliptic point must lie on P-256.
PublicKey rsa_key(const std::string& modulus, const std::string& exponent);
PublicKey p256_key(const std::string& x, const std::string& y);

/// `signature` as JWS has it, which for ES256 is the two raw numbers (RFC 7518, section 3.4).
bool is_signed_by(EVP_PKEY& key, Algorithm algorithm, std::string_view text,
                  std::string_view signature);

}  // namespace adomcp::inbound_auth
