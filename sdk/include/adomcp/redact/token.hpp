// adomcp/redact/token.hpp - secrets known by how they are built rather than by a prefix: JSON web
// tokens, keys with a signature in their middle, base64 of what is a secret itself. Part of
// redact.hpp.
#pragma once

#include <adomcp/redact/look.hpp>
#include <adomcp/redact/shape.hpp>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace adomcp::sdk::detail {

/// An Azure DevOps personal access token: 52 characters of base 32, or 84 letters and digits.
inline bool is_azure_pat(std::string_view word) {
  if (word.size() != 52 && word.size() != 84) return false;
  const Mix mix = mix_of(word);
  return mix.other == 0 && mix.letters_and_digits() && (word.size() == 84 || mix.upper == 0);
}

inline int base64_value(char c) {
  if (is_upper(c)) return c - 'A';
  if (is_lower(c)) return c - 'a' + 26;
  if (is_digit(c)) return c - '0' + 52;
  if (c == '+' || c == '-') return 62;
  return c == '/' || c == '_' ? 63 : -1;
}

/// The text that `word` is base64 of; empty when it is none, or no plain text.
inline std::string decoded_text(std::string_view word) {
  constexpr std::size_t kLongest = 16384;
  std::string out;
  unsigned bits = 0;
  unsigned held = 0;
  for (const char c : word.substr(0, kLongest)) {
    const int value = base64_value(c);
    if (value < 0) break;
    bits = (bits << 6U | static_cast<unsigned>(value)) & 0xFFFU;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    const auto byte = static_cast<unsigned char>(bits >> held & 0xFFU);
    if (byte >= 0x7F || (byte < 0x20 && byte != '\n' && byte != '\r' && byte != '\t')) return {};
    out += static_cast<char>(byte);
  }
  return out;
}

/// Whether a token's header, which is base64 of `{` and what follows, is that of a JSON object.
inline bool is_object(std::string_view header) {
  constexpr std::size_t kLooked = 512;
  if (header.size() < 12) return false;
  const std::string inside = decoded_text(header.substr(0, kLooked));
  return begins(inside, "{") && inside.find('"') != std::string::npos;
}

/// The older kind in a longer word: `-…`, `x_…`, `a.…`.
inline bool is_inner_azure_pat(std::string_view word) {
  return word.size() == 52 && is_azure_pat(word) && word.find_first_of("0189") == word.npos &&
         mix_of(word).runs >= 4;
}

/// header.payload[.signature], base64url, the header being a JSON object. At the end of a line the
/// header is enough.
inline std::size_t jwt_length(std::string_view text) {
  if (!begins(text, "ey") && !begins(text, "ew")) return 0;
  std::size_t end = run_end(text, 0, Alphabet::kWord);
  if (!begins(text, "eyJ") && !is_object(text.substr(0, end))) return 0;
  const std::size_t header = end;
  std::size_t dots = 0;
  while (end < text.size()) {
    std::size_t pad = end;
    while (pad < text.size() && text[pad] == '=') ++pad;
    if (pad >= text.size() || text[pad] != '.') break;
    ++dots;
    end = run_end(text, pad + 1, Alphabet::kWord);
  }
  if (dots > 0) return end >= 20 ? end : 0;
  return header == text.size() && header >= 30 ? header : 0;
}

/// The same inside a longer word, `x.header.payload.signature`, where it must be whole.
inline std::size_t inner_jwt_length(std::string_view text) {
  const std::size_t size = jwt_length(text);
  const std::string_view token = text.substr(0, size);
  const bool whole = token.find('.') != std::string_view::npos;
  return whole && mix_of(token).letters_and_digits() ? size : 0;
}

/// A hash of a password as crypt(3) and its like write them: `$6$salt$…`, `$2y$05$…`, `$apr1$…`.
inline std::size_t crypt_length(std::string_view text) {
  constexpr std::array<std::string_view, 22> kIds{"1",
                                                  "2a",
                                                  "2b",
                                                  "2x",
                                                  "2y",
                                                  "5",
                                                  "6",
                                                  "7",
                                                  "y",
                                                  "gy",
                                                  "apr1",
                                                  "md5",
                                                  "sha1",
                                                  "P",
                                                  "H",
                                                  "argon2i",
                                                  "argon2d",
                                                  "argon2id",
                                                  "scrypt",
                                                  "pbkdf2",
                                                  "pbkdf2-sha256",
                                                  "pbkdf2-sha512"};
  const std::size_t close = text.substr(0, 24).find('$', 1);
  if (close == std::string_view::npos || !one_of(text.substr(1, close - 1), kIds)) return 0;
  std::size_t end = close + 1;
  while (end < text.size() &&
         (is_base64(text[end]) || text[end] == '$' || text[end] == '.' || text[end] == ',')) {
    ++end;
  }
  while (end > close && (text[end - 1] == '.' || text[end - 1] == ',')) --end;
  const std::string_view body = text.substr(close + 1, end - close - 1);
  return body.size() >= 20 && mix_of(body).letters_and_digits() ? end : 0;
}

/// What Azure writes into the keys of its services, and OpenAI into its older ones.
inline bool has_signature(std::string_view word) {
  constexpr std::array<std::string_view, 24> kSignatures{
      "AZDO", "AzFu", "AzSe", "AzCa", "AZEG",   "ACDb",   "APIM",  "AIoT",
      "+ASt", "+ASb", "+AEh", "+ACR", "+ABa",   "+AMC",   "+ARm",  "ACOG",
      "ACRM", "ACRR", "AAAC", "AAAY", "JQQJ99", "ACAAAA", "AACAA", "T3BlbkFJ"};
  if (word.size() < 40 || !mix_of(word).letters_and_digits()) return false;
  for (const std::string_view signature : kSignatures) {
    const std::size_t at = word.find(signature);
    if (at == std::string_view::npos) continue;
    // The services' signatures stand near the end, after the key's own random part.
    if (signature.size() > 5 || (at >= 26 && at + 20 >= word.size())) return is_mixed(word);
  }
  return false;
}

/// A client secret of Microsoft Entra: three characters, a digit, `Q~`, thirty-four more.
inline bool is_entra_secret(std::string_view word) {
  const std::size_t at = word.find("Q~");
  return at != std::string_view::npos && at >= 2 && at <= 6 && is_digit(word[at - 1]) &&
         word.size() >= at + 2 + 24 && word.size() <= at + 2 + 44;
}

/// 64 bytes in base64, as the keys of storage, Cosmos DB and the like are.
inline bool is_storage_key(std::string_view word) {
  return word.size() == 88 && ends(word, "==") && is_mixed(word.substr(0, 86));
}

/// A bot's token: its id, a time, a signature (Discord), or its id and 35 characters (Telegram).
inline bool is_bot_token(std::string_view word) {
  const std::size_t dot = word.find('.');
  if (dot != std::string_view::npos && dot >= 23 && dot <= 30 && word.size() > dot + 34 &&
      word[dot + 7] == '.') {
    const std::string_view last = word.substr(dot + 8);
    return last.size() >= 27 && last.find('.') == std::string_view::npos && is_mixed(word);
  }
  const std::size_t colon = word.find(':');
  if (colon == std::string_view::npos || colon < 8 || colon > 10) return false;
  const std::string_view rest = word.substr(colon + 1);
  return mix_of(word.substr(0, colon)).digit == colon && rest.size() >= 34 && rest.size() <= 36 &&
         is_mixed(rest);
}

/// 32 hexadecimal digits with a mark of their service: Twilio's keys, Mailchimp's.
inline bool is_marked_hex(std::string_view word) {
  const bool twilio = word.size() == 34 && begins(word, "SK") && mix_of(word.substr(2)).hex;
  const bool mailchimp = word.size() >= 36 && word.size() <= 37 && mix_of(word.substr(0, 32)).hex &&
                         begins(word.substr(32), "-us");
  const bool mailgun = word.size() == 50 && word[32] == '-' && word[41] == '-' &&
                       mix_of(word.substr(0, 32)).hex && mix_of(word.substr(33, 8)).hex &&
                       mix_of(word.substr(42)).hex;
  return twilio || mailchimp || mailgun;
}

/// Tokens with a mark in their middle or end: Airtable's, MaxMind's, Terraform's, Asana's.
inline bool is_split_token(std::string_view word) {
  if (word.size() == 82 && begins(word, "pat") && word[17] == '.') return true;
  if (ends(word, "_mmk") && word.size() == 40) return true;
  if (word.find(".atlasv1.") != std::string_view::npos) return true;
  const bool asana =
      word.size() > 36 && (begins(word, "0/") || begins(word, "1/") || begins(word, "2/"));
  return asana && mix_of(word.substr(2)).letters_and_digits() &&
         word.substr(2).find('/') == std::string_view::npos;
}

/// A random end after words that say what it is, as services that are not listed make them:
/// `acme_live_…`, `x-pat-…`.
inline bool is_named_token(std::string_view word) {
  constexpr std::array<std::string_view, 24> kSaying{
      "sk",     "rk",  "ak",     "pk",   "pat",   "tok",    "token",  "key",
      "apikey", "api", "secret", "live", "prod",  "auth",   "access", "refresh",
      "sat",    "uat", "cred",   "pw",   "oauth", "bearer", "sess",   "svc"};
  const std::size_t cut = word.find_last_of("_-");
  if (cut == std::string_view::npos || cut < 2 || cut > 24) return false;
  const std::string_view body = word.substr(cut + 1);
  if (body.size() < 20) return false;
  bool saying = false;
  for (std::size_t from = 0; from < cut;) {
    std::size_t end = from;
    while (end < cut && word[end] != '_' && word[end] != '-') ++end;
    const std::string_view part = word.substr(from, end - from);
    if (begins(part, "sha") || begins(part, "md5")) return false;  // a hash that says so
    for (const char c : part) {
      if (!is_lower(c) && !is_digit(c)) return false;
    }
    saying = saying || one_of(part, kSaying);
    from = end + 1;
  }
  if (body.size() >= 28 && is_mixed(body)) return true;
  const Mix mix = mix_of(body);
  return saying && mix.letters_and_digits() && mix.runs >= 3;
}

/// Where the base64 or the dotted word that begins at `text`'s start ends.
inline std::size_t wide_end(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && (is_word(text[end]) || text[end] == '+' || text[end] == '/' ||
                               text[end] == '.' || text[end] == '~')) {
    ++end;
  }
  while (end > 0 && text[end - 1] == '.') --end;
  for (std::size_t pad = 0; pad < 2 && end < text.size() && text[end] == '='; ++pad) ++end;
  return end;
}

/// A token at the start of `text`, which begins a word.
inline Found word_token(std::string_view text) {
  if (const std::size_t jwt = jwt_length(text); jwt > 0) return {jwt, Alphabet::kDotted};
  const std::size_t end = run_end(text, 0, Alphabet::kWord);
  if (end < text.size() && text[end] == ':' && end >= 8 && end <= 10) {  // 123456789:AA…
    const std::size_t more = run_end(text, end + 1, Alphabet::kWord);
    if (is_bot_token(text.substr(0, more))) return {more, Alphabet::kWord};
  }
  if (end < text.size() && (text[end] == '/' || text[end] == '+')) return {};
  const std::string_view word = text.substr(0, end);
  const bool token = is_azure_pat(word) || is_marked_hex(word) || is_named_token(word);
  return token ? Found{end, Alphabet::kWord} : Found{};
}

/// A token at the start of `text`, which begins a run of base64. `has_secret` is asked whether
/// there is a secret in what it hides.
template <class HasSecret>
Found wide_token(std::string_view text, const HasSecret& has_secret) {
  const std::size_t end = wide_end(text);
  const std::string_view wide = text.substr(0, end);
  if (wide.size() < 24) return {};
  if (is_entra_secret(wide) || is_bot_token(wide) || is_split_token(wide) || is_storage_key(wide) ||
      has_signature(wide)) {
    return {end, Alphabet::kBase64};
  }
  constexpr std::size_t kArmour = 36;  // base64 of `-----BEGIN ENCRYPTED PRIVAT`
  const bool armour = begins(wide, "LS0tLS1CRUdJTi");
  if (armour && decoded_text(wide.substr(0, kArmour)).find(" PRIVAT") != std::string::npos) {
    return {end, Alphabet::kBase64};
  }
  const std::string inside = decoded_text(wide);
  if (inside.size() >= 16 && has_secret(inside)) return {end, Alphabet::kBase64};
  return {};
}

}  // namespace adomcp::sdk::detail
