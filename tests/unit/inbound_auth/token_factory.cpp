#include "token_factory.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <array>
#include <stdexcept>

namespace adomcp::inbound_auth {
namespace {

const unsigned char* bytes(const std::string& text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* bytes(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

void require(bool holds) {
  if (!holds) throw std::runtime_error("OpenSSL refuses");
}

std::string number(const EVP_PKEY* key, const char* name) {
  BIGNUM* value = nullptr;
  require(EVP_PKEY_get_bn_param(key, name, &value) == 1);
  const std::size_t size = EVP_PKEY_is_a(key, "EC") ? 32 : std::size_t(BN_num_bytes(value));
  std::string out(size, '\0');
  require(BN_bn2binpad(value, bytes(out), static_cast<int>(out.size())) > 0);
  BN_free(value);
  return out;
}

std::string raw_pair(const std::string& der) {
  const unsigned char* at = bytes(der);
  ECDSA_SIG* pair = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()));
  require(pair != nullptr);
  std::string out(64, '\0');
  BN_bn2binpad(ECDSA_SIG_get0_r(pair), bytes(out), 32);
  BN_bn2binpad(ECDSA_SIG_get0_s(pair), bytes(out) + 32, 32);
  ECDSA_SIG_free(pair);
  return out;
}

std::string digest_sign(EVP_PKEY* key, bool pss, const std::string& text) {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  EVP_PKEY_CTX* details = nullptr;
  require(EVP_DigestSignInit(context, &details, EVP_sha256(), nullptr, key) == 1);
  if (pss) {
    require(EVP_PKEY_CTX_set_rsa_padding(details, RSA_PKCS1_PSS_PADDING) == 1);
    require(EVP_PKEY_CTX_set_rsa_pss_saltlen(details, RSA_PSS_SALTLEN_DIGEST) == 1);
  }
  std::string out(1024, '\0');
  std::size_t size = out.size();
  require(EVP_DigestSign(context, bytes(out), &size, bytes(text), text.size()) == 1);
  EVP_MD_CTX_free(context);
  out.resize(size);
  return out;
}

}  // namespace

std::string to_base64(const std::string& data) {
  std::string out(4 * ((data.size() + 2) / 3) + 1, '\0');
  const int size = EVP_EncodeBlock(bytes(out), bytes(data), static_cast<int>(data.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

std::string to_base64url(const std::string& data) {
  std::string out = to_base64(data);
  while (out.ends_with('=')) out.pop_back();
  for (char& c : out) {
    if (c == '+') c = '-';
    if (c == '/') c = '_';
  }
  return out;
}

TestKey TestKey::rsa(unsigned bits) {
  return TestKey(EVP_RSA_gen(bits));
}

TestKey TestKey::p256() {
  return TestKey(EVP_EC_gen("P-256"));
}

nlohmann::json TestKey::jwk(const std::string& id, const nlohmann::json& more) const {
  nlohmann::json out{{"kid", id}};
  const auto member = [&](const char* name, const char* parameter) {
    out[name] = to_base64url(number(pair_.get(), parameter));
  };
  if (EVP_PKEY_is_a(pair_.get(), "EC") == 1) {
    out["kty"] = "EC";
    out["crv"] = "P-256";
    member("x", OSSL_PKEY_PARAM_EC_PUB_X);
    member("y", OSSL_PKEY_PARAM_EC_PUB_Y);
  } else {
    out["kty"] = "RSA";
    member("n", OSSL_PKEY_PARAM_RSA_N);
    member("e", OSSL_PKEY_PARAM_RSA_E);
  }
  if (more.is_object()) out.update(more);
  return out;
}

std::string TestKey::sign(Algorithm algorithm, const std::string& text) const {
  const auto signature = digest_sign(pair_.get(), algorithm == Algorithm::kPs256, text);
  return EVP_PKEY_is_a(pair_.get(), "EC") == 1 ? raw_pair(signature) : signature;
}

std::string TestKey::sign_der(const std::string& text) const {
  return digest_sign(pair_.get(), false, text);
}

std::string TestKey::public_pem() const {
  BIO* memory = BIO_new(BIO_s_mem());
  require(PEM_write_bio_PUBKEY(memory, pair_.get()) == 1);
  std::string out(4096, '\0');
  const int size = BIO_read(memory, out.data(), static_cast<int>(out.size()));
  BIO_free(memory);
  out.resize(static_cast<std::size_t>(size));
  return out;
}

std::string hmac_sha256(const std::string& key, const std::string& text) {
  std::string out(32, '\0');
  require(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes(text), text.size(),
               bytes(out), nullptr) != nullptr);
  return out;
}

std::string encode_parts(const std::string& header, const std::string& payload) {
  return to_base64url(header) + "." + to_base64url(payload);
}

std::string make_token(const TestKey& key, Algorithm algorithm, const std::string& header,
                       const std::string& payload) {
  const std::string text = encode_parts(header, payload);
  return text + "." + to_base64url(key.sign(algorithm, text));
}

}  // namespace adomcp::inbound_auth
