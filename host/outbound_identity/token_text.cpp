#include "outbound_identity/token_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/base64.h"
#include "core/json.h"
#include "core/text.h"
#include "core/time_text.h"

namespace adomcp::outbound_identity {
namespace {

using TimePoint = std::chrono::system_clock::time_point;

std::optional<std::int64_t> whole_number(const std::string& text) {
  std::int64_t number = 0;
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, number);
  if (error != std::errc() || (end != last && *end != '.')) return std::nullopt;
  return number;
}

std::optional<std::int64_t> number_of(const nlohmann::json& value) {
  if (value.is_number_unsigned() || value.is_number_integer()) return value.get<std::int64_t>();
  if (value.is_number_float()) {
    const auto number = value.get<double>();
    if (!(std::abs(number) <= static_cast<double>(kLastEpoch))) return std::nullopt;
    return static_cast<std::int64_t>(number);
  }
  if (value.is_string()) return whole_number(value.get<std::string>());
  return std::nullopt;
}

}  // namespace

bool is_header_safe(std::string_view secret) {
  constexpr std::size_t kMostBytes = 16384;
  return !secret.empty() && secret.size() <= kMostBytes &&
         std::all_of(secret.begin(), secret.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

std::string basic_authorization(std::string_view personal_access_token) {
  return "Basic " + base64_encode(":" + std::string(personal_access_token));
}

std::optional<TimePoint> expiry_of(const nlohmann::json& answer, TimePoint now) {
  if (!answer.is_object()) return std::nullopt;
  if (const auto found = answer.find("expires_on"); found != answer.end()) {
    const auto number = number_of(*found);
    if (number &&
        (!found->is_string() || found->get<std::string>().find('T') == std::string::npos)) {
      return from_epoch(*number);
    }
    if (found->is_string()) return parse_rfc3339(found->get<std::string>());
  }
  if (const auto found = answer.find("expires_in"); found != answer.end()) {
    constexpr std::int64_t kTenYears = 10LL * 366 * 24 * 3600;
    const auto number = number_of(*found);
    if (!number || *number < 0 || *number > kTenYears) return std::nullopt;
    return now + std::chrono::seconds(*number);
  }
  const auto* const found = text_member(answer, "expiresOn");
  return found == nullptr ? std::nullopt : parse_local_time(*found);
}

std::string safe_excerpt(std::string_view text) {
  constexpr std::size_t kMostBytes = 300;
  constexpr std::size_t kTokenLength = 32;
  const auto secret_like = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           std::string_view("_-.+/=~").find(c) != std::string_view::npos;
  };
  std::string out;
  while (!text.empty() && out.size() < kMostBytes) {
    const auto end = static_cast<std::size_t>(
        std::find_if_not(text.begin(), text.end(), secret_like) - text.begin());
    // GUIDs, file names and URLs' paths go with tokens: hiding too much does no harm.
    out += end >= kTokenLength ? std::string_view("[hidden]") : text.substr(0, end);
    text.remove_prefix(end);
    if (text.empty()) break;
    const auto byte = static_cast<unsigned char>(text.front());
    out += byte < 0x20 || byte == 0x7f ? ' ' : text.front();
    text.remove_prefix(1);
  }
  if (!is_utf8(out)) return "(its message is not readable text)";
  return std::string(truncate_utf8(trim(out), kMostBytes));
}

}  // namespace adomcp::outbound_identity
