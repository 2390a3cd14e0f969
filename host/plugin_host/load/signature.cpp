#include "plugin_host/load/signature.h"

#include <openssl/evp.h>
#include <openssl/pem.h>

#include <cstdio>
#include <fstream>
#include <memory>
#include <sstream>

namespace adomcp::plugin_host {
namespace {

constexpr std::size_t kSignatureBytes = 64;

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

Error refused(std::string why, std::string hint = {}) {
  return {ErrorCode::kInvalid, std::move(why), std::move(hint)};
}

Result<Key> read_key(const std::string& path) {
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "re"));
  if (!file) return refused("the key " + path + " of plugin_keys cannot be read");
  Key key(PEM_read_PUBKEY(file.get(), nullptr, nullptr, nullptr), EVP_PKEY_free);
  if (key && EVP_PKEY_is_a(key.get(), "ED25519") == 1) return key;
  return refused("the key " + path + " of plugin_keys is no Ed25519 public key in PEM form");
}

std::string read_whole(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return std::move(out).str();
}

bool verifies(const Key& key, const std::string& signature, const std::string& text) {
  const Context context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  return EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()),
                          signature.size(), reinterpret_cast<const unsigned char*>(text.data()),
                          text.size()) == 1;
}

}  // namespace

Status check_signature(const std::string& path, const std::string& signature_path,
                       const std::vector<std::string>& key_paths) {
  std::ifstream in(signature_path, std::ios::binary);
  std::string signature(kSignatureBytes + 1, '\0');
  in.read(signature.data(), static_cast<std::streamsize>(signature.size()));
  signature.resize(static_cast<std::size_t>(in.gcount()));
  if (signature.size() != kSignatureBytes) {
    return refused("plugin_keys asks for signatures, and " + signature_path +
                       " is not there or is no Ed25519 signature of 64 bytes",
                   "Sign it: openssl pkeyutl -sign -rawin -inkey KEY.pem -in FILE.so -out "
                   "FILE.so.sig");
  }
  const auto text = read_whole(path);
  for (const auto& key_path : key_paths) {
    const auto key = read_key(key_path);
    if (!key) return key.error();
    if (verifies(*key, signature, text)) return Done{};
  }
  return refused("its signature is of none of the keys in plugin_keys, or of another file");
}

}  // namespace adomcp::plugin_host
