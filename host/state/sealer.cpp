#include "state/sealer.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <stdexcept>

#include "core/base64.h"
#include "core/sha256.h"

namespace adomcp::state {
namespace {

// version, key id, end of life in seconds; these are authenticated with the purpose. Then the
// nonce, the encrypted text and the tag.
constexpr char kVersion = 1;
constexpr std::size_t kIdBytes = 8;
constexpr std::size_t kHeadBytes = 1 + kIdBytes + 8;
constexpr std::size_t kNonceBytes = 12;
constexpr std::size_t kTagBytes = 16;
constexpr std::size_t kMaxText = std::size_t{64} * 1024;

using Cipher = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

unsigned char* bytes_of(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

void must(int done) {
  if (done != 1) throw std::runtime_error("AES-GCM is not available");
}

Cipher start(const std::string& key, std::string_view nonce, std::string_view associated,
             bool encrypt) {
  Cipher cipher(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  must(EVP_CipherInit_ex2(cipher.get(), EVP_aes_256_gcm(), bytes_of(std::string_view(key)),
                          bytes_of(nonce), encrypt ? 1 : 0, nullptr));
  int length = 0;
  must(EVP_CipherUpdate(cipher.get(), nullptr, &length, bytes_of(associated),
                        static_cast<int>(associated.size())));
  return cipher;
}

std::string crypt(const Cipher& cipher, std::string_view text) {
  std::string out(text.size() + kTagBytes, '\0');
  int length = 0;
  must(EVP_CipherUpdate(cipher.get(), bytes_of(out), &length, bytes_of(text),
                        static_cast<int>(text.size())));
  out.resize(static_cast<std::size_t>(length));
  return out;
}

std::string big_endian(std::uint64_t number) {
  std::string out(8, '\0');
  for (std::size_t i = 0; i < 8; ++i) out[7 - i] = static_cast<char>(number >> (8 * i));
  return out;
}

std::int64_t read_big_endian(std::string_view bytes) {
  std::uint64_t out = 0;
  for (const char c : bytes) out = out << 8 | static_cast<unsigned char>(c);
  return static_cast<std::int64_t>(out);
}

std::string id_of(const std::string& key) {
  return sha256(key).substr(0, kIdBytes);
}

Error not_ours() {
  return {ErrorCode::kInvalid, "It was not issued here, or it was changed.", {}};
}

}  // namespace

std::string random_bytes(std::size_t count) {
  std::string out(count, '\0');
  if (RAND_bytes(bytes_of(out), static_cast<int>(count)) != 1) {
    throw std::runtime_error("the random source gives nothing");
  }
  return out;
}

Sealer::Sealer(const std::vector<std::string>& keys) {
  for (const auto& key : keys) {
    if (key.size() != kKeyBytes) throw std::invalid_argument("a sealing key has 32 bytes");
    keys_.push_back({id_of(key), key});
  }
  if (keys_.empty()) throw std::invalid_argument("there is no sealing key");
}

std::string Sealer::seal(std::string_view text, std::string_view purpose,
                         Clock::TimePoint expires_at) const {
  if (text.size() > kMaxText) throw std::invalid_argument("the text is too long to be sealed");
  const auto& key = keys_.front();
  std::string head(1, kVersion);
  head += key.id + big_endian(static_cast<std::uint64_t>(epoch_seconds(expires_at)));
  const auto nonce = random_bytes(kNonceBytes);
  const auto cipher = start(key.bytes, nonce, head + std::string(purpose), true);
  auto encrypted = crypt(cipher, text);
  std::string tag(kTagBytes, '\0');
  int length = 0;
  must(EVP_CipherFinal_ex(cipher.get(), bytes_of(tag), &length));
  must(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_GET_TAG, kTagBytes, tag.data()));
  return base64url_encode(head + nonce + encrypted + tag);
}

Result<std::string> Sealer::open(std::string_view sealed, std::string_view purpose,
                                 Clock::TimePoint now) const {
  if (sealed.size() > 2 * kMaxText) return not_ours();
  const auto bytes = base64url_decode(sealed);
  if (!bytes || bytes->size() < kHeadBytes + kNonceBytes + kTagBytes) return not_ours();
  const std::string_view whole(*bytes);
  const auto head = whole.substr(0, kHeadBytes);
  const auto key = std::find_if(keys_.begin(), keys_.end(), [&](const Key& candidate) {
    return candidate.id == head.substr(1, kIdBytes);
  });
  if (head.front() != kVersion || key == keys_.end()) return not_ours();

  const auto nonce = whole.substr(kHeadBytes, kNonceBytes);
  const auto body = whole.substr(kHeadBytes + kNonceBytes);
  std::string tag(body.substr(body.size() - kTagBytes));
  const auto cipher =
      start(key->bytes, nonce, std::string(head) + std::string(purpose), /*encrypt=*/false);
  auto text = crypt(cipher, body.substr(0, body.size() - kTagBytes));
  must(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_SET_TAG, kTagBytes, tag.data()));
  int length = 0;
  std::string rest(kTagBytes, '\0');
  if (EVP_CipherFinal_ex(cipher.get(), bytes_of(rest), &length) != 1) return not_ours();
  if (read_big_endian(head.substr(1 + kIdBytes)) <= epoch_seconds(now)) {
    return Error{ErrorCode::kInvalid, "It has expired.", {}};
  }
  return text;
}

}  // namespace adomcp::state
