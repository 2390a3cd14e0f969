#include "plugin_host/sha256.h"

#include <openssl/evp.h>

#include <array>
#include <memory>
#include <vector>

namespace adomcp::plugin_host {
namespace {

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

Error failed(const char* what) {
  return {ErrorCode::kInternal, what, ""};
}

}  // namespace

Result<std::string> sha256(std::istream& in) {
  const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
  if (!context || EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) != 1) {
    return failed("SHA-256 is not available");
  }
  std::vector<char> piece(std::size_t{64} * 1024);
  while (in) {
    in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    const auto size = static_cast<std::size_t>(in.gcount());
    if (EVP_DigestUpdate(context.get(), piece.data(), size) != 1) return failed("SHA-256 failed");
  }
  if (!in.eof()) return failed("it cannot be read");

  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (EVP_DigestFinal_ex(context.get(), digest.data(), &size) != 1) return failed("SHA-256 failed");
  static constexpr char kHex[] = "0123456789abcdef";
  std::string hex;
  for (unsigned i = 0; i < size; ++i) {
    hex += kHex[digest[i] >> 4];
    hex += kHex[digest[i] & 15];
  }
  return hex;
}

}  // namespace adomcp::plugin_host
