#pragma once

#include <openssl/evp.h>

#include <istream>
#include <memory>
#include <string>
#include <string_view>

#include "core/result.h"

namespace adomcp {

/// SHA-256 of text that comes in pieces. Starts over after each finish; keeping one is cheaper than
/// making one. Throws std::runtime_error where OpenSSL fails, which only a broken set-up makes.
class Sha256 {
 public:
  Sha256();
  void update(std::string_view text);
  /// 64 lower-case hex digits.
  std::string finish();

 private:
  struct Free {
    void operator()(EVP_MD* algorithm) const { EVP_MD_free(algorithm); }
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  void start();

  std::unique_ptr<EVP_MD, Free> algorithm_;
  std::unique_ptr<EVP_MD_CTX, Free> context_;
};

/// SHA-256 as 64 lower-case hex digits.
std::string sha256_hex(std::string_view text);

/// The same of everything that is left in `in`; an error when it can't be read.
Result<std::string> sha256_of(std::istream& in);

/// The 32 bytes themselves.
std::string sha256(std::string_view text);

}  // namespace adomcp
