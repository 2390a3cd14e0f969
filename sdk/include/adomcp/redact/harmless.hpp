// adomcp/redact/harmless.hpp - values that are words: of algorithms, variables, objects, types.
// Part of redact.hpp.
#pragma once

#include <adomcp/redact/look.hpp>
#include <adomcp/redact/name.hpp>
#include <adomcp/redact/value.hpp>
#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace adomcp::sdk::detail {

/// How passwords and keys are kept, not one: bcrypt, PEM.
inline bool is_algorithm(std::string_view value) {
  constexpr std::array<std::string_view, 26> kNames{
      "bcrypt", "argon2",    "argon2i",   "argon2id", "scrypt",  "pbkdf2", "scram-sha-256",
      "sha1",   "sha256",    "sha512",    "sha-256",  "sha-512", "md5",    "pem",
      "der",    "jwt",       "rsa",       "hs256",    "rs256",   "es256",  "aes256",
      "plain",  "plaintext", "cleartext", "header",   "ed25519"};
  return value.size() <= 13 && one_of(to_lower(value), kNames);
}

/// `GITHUB_TOKEN` as the value of `server-password`: the variable that has it.
inline bool is_variable_of_secret(std::string_view value) {
  return value.find('_') != std::string_view::npos && is_variable(value, false) &&
         mix_of(value).digit == 0 && key_kind(value) >= Key::kToken;
}

/// Letters, with signs between them as names have: `orders.created`, `my-app`.
inline bool is_plain_word(std::string_view value) {
  for (const char c : value) {
    if (!is_alpha(c) && c != '.' && c != '-' && c != '_' && c != '/') return false;
  }
  return value.size() < 32;
}

/// What Kubernetes calls a secret: `db-credentials`.
inline bool is_object_name(std::string_view value) {
  const Mix mix = mix_of(value);
  return mix.upper == 0 && mix.digit == 0 && mix.lower >= 4 && is_plain_word(value) &&
         value.find('-') != std::string_view::npos;
}

/// A type called after what it holds: `SecretStr`, `BCryptPasswordEncoder`.
inline bool is_type_name(std::string_view value) {
  constexpr std::array<std::string_view, 6> kHeld{"secret", "password", "token",
                                                  "string", "encoder",  "credential"};
  const Mix mix = mix_of(value);
  if (!is_upper(value.front()) || mix.lower == 0 || mix.digit > 0 || mix.other > 0) return false;
  return Words(value).size() > 1 &&
         std::any_of(kHeld.begin(), kHeld.end(), [&](auto held) { return icontains(value, held); });
}

}  // namespace adomcp::sdk::detail
