// adomcp/azure.hpp - small helpers for talking to Azure DevOps: queries, branch names, links,
// times, and reading fields of answers that may be missing or null. Header only.
#pragma once

#include <adomcp/branches.hpp>
#include <adomcp/redact.hpp>
#include <adomcp/run_link.hpp>
#include <adomcp/separate.hpp>
#include <adomcp/text.hpp>
#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace adomcp::sdk {

/// Percent-encoding of everything but the unreserved characters of RFC 3986.
ADOMCP_SDK_FUNCTION std::string percent_encode(std::string_view text);

/// "a=b&c=d" with encoded values. Names are the caller's own constants ("$top").
class Query {
 public:
  Query& add(std::string_view name, std::string_view value);
  Query& add(std::string_view name, std::int64_t value) { return add(name, std::to_string(value)); }
  /// Leaves empty values out.
  Query& add_if(std::string_view name, std::string_view value) {
    return value.empty() ? *this : add(name, value);
  }
  template <class T>
  Query& add_if(std::string_view name, const std::optional<T>& value) {
    return value ? add(name, *value) : *this;
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

/// A positive decimal number of at most 18 digits and nothing else.
ADOMCP_SDK_FUNCTION std::optional<std::int64_t> parse_id(std::string_view text);

/// The run that a pasted link is about: the same that the host decided on.
ADOMCP_SDK_FUNCTION std::optional<std::int64_t> run_id_of_url(std::string_view url);

namespace detail {

/// Days since 1970-01-01 of a proleptic Gregorian date.
inline std::int64_t days_from_civil(std::int64_t year, std::int64_t month, std::int64_t day) {
  year -= month <= 2 ? 1 : 0;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int64_t of_era = year - era * 400;
  const std::int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

}  // namespace detail

/// Seconds since 1970 of "2026-11-23T12:00:00.1234567Z"; empty for anything else and for Azure's
/// "0001-01-01T00:00:00", which means never.
ADOMCP_SDK_FUNCTION std::optional<double> parse_time(std::string_view text);

/// Whole seconds between two timestamps; empty when one is missing or they are the wrong way.
ADOMCP_SDK_FUNCTION std::optional<std::int64_t> seconds_between(std::string_view from,
                                                                std::string_view to);

/// A member of an object, or null when `object` isn't one or hasn't it.
ADOMCP_SDK_FUNCTION const nlohmann::json& member(const nlohmann::json& object, const char* key);
/// A text member as it came, for comparing and for sending back; empty when it is missing or no
/// text. What a person or a model reads is safe_text_of.
ADOMCP_SDK_FUNCTION std::string raw_text_of(const nlohmann::json& object, const char* key);
ADOMCP_SDK_FUNCTION std::int64_t integer_of(const nlohmann::json& object, const char* key,
                                            std::int64_t otherwise = 0);

/// Azure's lists: {"count": n, "value": […]}, or a bare array; anything else is an empty list.
ADOMCP_SDK_FUNCTION const nlohmann::json& list_of(const nlohmann::json& answer);

/// A name, or another short text that strangers wrote, fit to hand on: cleaned, without known
/// secrets, at most `max_bytes`.
ADOMCP_SDK_FUNCTION std::string safe_text_of(const nlohmann::json& object, const char* key,
                                             std::size_t max_bytes = 300);
/// The name of a person, whom Azure tells as an object.
ADOMCP_SDK_FUNCTION std::string person_of(const nlohmann::json& object, const char* key);
/// The page that a person would open: `_links.web.href`.
ADOMCP_SDK_FUNCTION std::string web_link(const nlohmann::json& object);

}  // namespace adomcp::sdk

#if ADOMCP_SDK_BODIES

namespace adomcp::sdk {

ADOMCP_SDK_FUNCTION Query& Query::add(std::string_view name, std::string_view value) {
  if (!text_.empty()) text_ += '&';
  text_ += std::string(name) + '=' + percent_encode(value);
  return *this;
}

ADOMCP_SDK_FUNCTION std::string percent_encode(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~') {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kHex[byte >> 4U];
    out += kHex[byte & 0xFU];
  }
  return out;
}

ADOMCP_SDK_FUNCTION std::optional<std::int64_t> parse_id(std::string_view text) {
  if (text.empty() || text.size() > 18) return std::nullopt;
  std::int64_t value = 0;
  for (const char c : text) {
    if (!is_digit(c)) return std::nullopt;
    value = value * 10 + (c - '0');
  }
  if (value == 0) return std::nullopt;
  return value;
}

ADOMCP_SDK_FUNCTION std::optional<std::int64_t> run_id_of_url(std::string_view url) {
  const auto reading = read_run_link(url);
  if (!reading.link) return std::nullopt;
  return reading.link->run_id;
}

ADOMCP_SDK_FUNCTION std::optional<double> parse_time(std::string_view text) {
  constexpr std::string_view kShape = "dddd-dd-ddTdd:dd:dd";
  if (text.size() < kShape.size()) return std::nullopt;
  for (std::size_t i = 0; i < kShape.size(); ++i) {
    if (kShape[i] == 'd' ? !is_digit(text[i]) : text[i] != kShape[i]) return std::nullopt;
  }
  const auto number = [&](std::size_t from, std::size_t count) {
    std::int64_t value = 0;
    for (std::size_t i = from; i < from + count; ++i) value = value * 10 + (text[i] - '0');
    return value;
  };
  if (number(0, 4) <= 1) return std::nullopt;
  const std::int64_t days = detail::days_from_civil(number(0, 4), number(5, 2), number(8, 2));
  double seconds =
      static_cast<double>(days * 86400 + number(11, 2) * 3600 + number(14, 2) * 60 + number(17, 2));
  double unit = 0.1;
  std::size_t i = kShape.size();
  if (i < text.size() && text[i] == '.') {
    for (++i; i < text.size() && is_digit(text[i]); ++i, unit /= 10) {
      seconds += unit * (text[i] - '0');
    }
  }
  return seconds;
}

ADOMCP_SDK_FUNCTION std::optional<std::int64_t> seconds_between(std::string_view from,
                                                                std::string_view to) {
  const auto start = parse_time(from);
  const auto end = parse_time(to);
  if (!start || !end || *end < *start) return std::nullopt;
  return std::llround(*end - *start);
}

ADOMCP_SDK_FUNCTION const nlohmann::json& member(const nlohmann::json& object, const char* key) {
  static const nlohmann::json null;
  if (!object.is_object()) return null;
  const auto found = object.find(key);
  return found == object.end() ? null : *found;
}

ADOMCP_SDK_FUNCTION std::string raw_text_of(const nlohmann::json& object, const char* key) {
  const nlohmann::json& value = member(object, key);
  return value.is_string() ? value.get<std::string>() : std::string();
}

ADOMCP_SDK_FUNCTION std::int64_t integer_of(const nlohmann::json& object, const char* key,
                                            std::int64_t otherwise) {
  const nlohmann::json& value = member(object, key);
  return value.is_number_integer() ? value.get<std::int64_t>() : otherwise;
}

ADOMCP_SDK_FUNCTION const nlohmann::json& list_of(const nlohmann::json& answer) {
  static const nlohmann::json none = nlohmann::json::array();
  if (answer.is_array()) return answer;
  const nlohmann::json& value = member(answer, "value");
  return value.is_array() ? value : none;
}

ADOMCP_SDK_FUNCTION std::string safe_text_of(const nlohmann::json& object, const char* key,
                                             std::size_t max_bytes) {
  return safe_text(raw_text_of(object, key), max_bytes);
}

ADOMCP_SDK_FUNCTION std::string person_of(const nlohmann::json& object, const char* key) {
  return safe_text_of(member(object, key), "displayName");
}

ADOMCP_SDK_FUNCTION std::string web_link(const nlohmann::json& object) {
  return raw_text_of(member(member(object, "_links"), "web"), "href");
}

}  // namespace adomcp::sdk

#endif
