#include "audit/sha256.h"

#include <array>
#include <stdexcept>

namespace adomcp::audit {
namespace {

constexpr std::size_t kBytes = 32;

void require(int done) {
  if (done != 1) throw std::runtime_error("SHA-256 is not available");
}

std::string to_hex(const std::array<unsigned char, kBytes>& digest) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  out.reserve(2 * kBytes);
  for (const unsigned byte : digest) {
    out += kDigits[byte >> 4U];
    out += kDigits[byte & 15U];
  }
  return out;
}

}  // namespace

Sha256::Sha256()
    : algorithm_(EVP_MD_fetch(nullptr, "SHA256", nullptr)), context_(EVP_MD_CTX_new()) {
  start();
}

void Sha256::update(std::string_view text) {
  require(EVP_DigestUpdate(context_.get(), text.data(), text.size()));
}

std::string Sha256::finish() {
  std::array<unsigned char, kBytes> digest{};
  require(EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr));
  start();
  return to_hex(digest);
}

void Sha256::start() {
  const bool made = algorithm_ != nullptr && context_ != nullptr;
  require(made ? EVP_DigestInit_ex2(context_.get(), algorithm_.get(), nullptr) : 0);
}

std::string sha256_hex(std::string_view text) {
  std::array<unsigned char, kBytes> digest{};
  require(EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr));
  return to_hex(digest);
}

}  // namespace adomcp::audit
