#include "core/sha256.h"

#include <array>
#include <stdexcept>
#include <vector>

#include "core/text.h"

namespace adomcp {
namespace {

constexpr std::size_t kBytes = 32;

void require(int done) {
  if (done != 1) throw std::runtime_error("SHA-256 is not available");
}

using Digest = std::array<unsigned char, kBytes>;

/// Looked up once: that takes half of the time that a short text takes, and a lock.
const EVP_MD* algorithm() {
  static const EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return sha256;
}

Digest digest_of(std::string_view text) {
  Digest digest{};
  require(algorithm() == nullptr
              ? 0
              : EVP_Digest(text.data(), text.size(), digest.data(), nullptr, algorithm(), nullptr));
  return digest;
}

std::string text_of(const Digest& digest) {
  return {digest.begin(), digest.end()};
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
  return hex_text(text_of(digest));
}

void Sha256::start() {
  const bool made = algorithm_ != nullptr && context_ != nullptr;
  require(made ? EVP_DigestInit_ex2(context_.get(), algorithm_.get(), nullptr) : 0);
}

std::string sha256_hex(std::string_view text) {
  return hex_text(sha256(text));
}

Result<std::string> sha256_of(std::istream& in) {
  Sha256 digest;
  std::vector<char> piece(std::size_t{64} * 1024);
  while (in) {
    in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    digest.update({piece.data(), static_cast<std::size_t>(in.gcount())});
  }
  if (!in.eof()) return Error{ErrorCode::kInternal, "it cannot be read", ""};
  return digest.finish();
}

std::string sha256(std::string_view text) {
  return text_of(digest_of(text));
}

}  // namespace adomcp
