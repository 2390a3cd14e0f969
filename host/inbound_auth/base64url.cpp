#include "inbound_auth/base64url.h"

#include <openssl/evp.h>

namespace adomcp::inbound_auth {
namespace {

constexpr std::size_t kMaxText = std::size_t{256} * 1024;
constexpr std::string_view kUrlAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

const unsigned char* bytes(const std::string& text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string encode(const std::string& data) {
  std::string out(4 * ((data.size() + 2) / 3) + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), bytes(data),
                                   static_cast<int>(data.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

}  // namespace

std::optional<std::string> decode_base64url(std::string_view text) {
  if (text.find_first_not_of(kUrlAlphabet) != std::string_view::npos) return std::nullopt;
  std::string padded(text);
  for (char& c : padded) {
    if (c == '-') c = '+';
    if (c == '_') c = '/';
  }
  padded.append((4 - padded.size() % 4) % 4, '=');
  return decode_base64(padded);
}

std::optional<std::string> decode_base64(std::string_view text) {
  if (text.size() % 4 != 0 || text.size() > kMaxText) return std::nullopt;
  const std::string in(text);
  std::string out(in.size() / 4 * 3, '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()), bytes(in),
                                   static_cast<int>(in.size()));
  if (size < 0) return std::nullopt;
  const std::size_t padding = in.ends_with("==") ? 2 : in.ends_with('=') ? 1 : 0;
  if (static_cast<std::size_t>(size) < padding) return std::nullopt;
  out.resize(static_cast<std::size_t>(size) - padding);
  // OpenSSL trims white space and ignores left-over bits; the way back shows both.
  if (encode(out) != in) return std::nullopt;
  return out;
}

}  // namespace adomcp::inbound_auth
