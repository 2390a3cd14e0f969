#include "core/sha256.h"

#include <array>
#include <stdexcept>

namespace adomcp {
namespace {

constexpr std::size_t kBytes = 32;

void require(int done) {
  if (done != 1) throw std::runtime_error("SHA-256 is not available");
}

using Digest = std::array<unsigned char, kBytes>;

Digest digest_of(std::string_view text) {
  Digest digest{};
  require(EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr));
  return digest;
}

std::string to_hex(const Digest& digest) {
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
  Digest digest{};
  require(EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr));
  start();
  return to_hex(digest);
}

void Sha256::start() {
  const bool made = algorithm_ != nullptr && context_ != nullptr;
  require(made ? EVP_DigestInit_ex2(context_.get(), algorithm_.get(), nullptr) : 0);
}

std::string sha256_hex(std::string_view text) {
  return to_hex(digest_of(text));
}

std::string sha256(std::string_view text) {
  const auto digest = digest_of(text);
  return {digest.begin(), digest.end()};
}

}  // namespace adomcp
