#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "inbound_auth/signature.h"

namespace adomcp::inbound_auth {

/// One key that an issuer signs with. What it may be used for is said here, never by a token.
struct SigningKey {
  std::string id;
  std::string issuer;  ///< Entra's extension, maybe with "{tenantid}" in it; empty when absent
  Algorithm algorithm = Algorithm::kRs256;
  PublicKey key;
};

/// The keys of an issuer at one time. Immutable.
class KeySet {
 public:
  /// Reads a JSON Web Key Set (RFC 7517). Keys that are malformed, weak, of other kinds or not for
  /// signatures are left out; a set without any good one is an error. An RSA key that doesn't name
  /// its algorithm has the first of `algorithms` that fits RSA.
  static Result<KeySet> parse(std::string_view text, const std::vector<Algorithm>& algorithms);

  /// Entra may list an id several times, with different issuers.
  std::vector<const SigningKey*> find(std::string_view id) const;

  /// Tells two sets apart.
  const std::string& fingerprint() const { return fingerprint_; }

 private:
  std::vector<SigningKey> keys_;
  std::string fingerprint_;
};

}  // namespace adomcp::inbound_auth
