#include "mcp/schema/argument_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <system_error>

#include "core/json.h"
#include "mcp/schema/argument_reader.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;

constexpr std::size_t kMostNumberBytes = 64;
constexpr int kMostDigits = 19;  // of a number of 64 bits

template <typename Number>
std::optional<Number> exactly(std::string_view text) {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// A number's text in JSON, taken apart.
struct Parts {
  bool negative = false;
  std::string digits;  ///< without the point
  int point = 0;       ///< how many of them stand before it, with the exponent
};

/// `text`: a number in JSON. nullopt: its exponent is beyond all bounds.
std::optional<Parts> parts_of(std::string_view text) {
  Parts out;
  out.negative = text.front() == '-';
  if (out.negative) text.remove_prefix(1);
  const auto mark = text.find_first_of("eE");
  const auto mantissa = text.substr(0, mark);
  const auto point = mantissa.find('.');
  out.digits = mantissa.substr(0, point);
  out.point = static_cast<int>(out.digits.size());
  if (point != std::string_view::npos) out.digits += mantissa.substr(point + 1);
  if (mark == std::string_view::npos) return out;
  auto exponent = text.substr(mark + 1);
  if (exponent.front() == '+') exponent.remove_prefix(1);
  const auto moved = exactly<std::int16_t>(exponent);
  if (!moved) return std::nullopt;
  out.point += *moved;
  return out;
}

bool all_zeros(std::string_view digits) {
  return digits.find_first_not_of('0') == std::string_view::npos;
}

std::optional<json> whole_of(const Parts& parts) {
  const std::string_view digits = parts.digits;
  if (all_zeros(digits)) return 0;
  const auto before = static_cast<std::size_t>(std::clamp(parts.point, 0, int{kMostNumberBytes}));
  if (before < digits.size() && !all_zeros(digits.substr(before))) return std::nullopt;
  std::string all(digits.substr(0, before));
  const auto first = std::min(all.find_first_not_of('0'), all.size());
  if (parts.point - static_cast<int>(first) > kMostDigits) return std::nullopt;
  if (before > all.size()) all.append(before - all.size(), '0');
  const auto number = exactly<std::int64_t>((parts.negative ? "-" : "") + all);
  if (!number) return std::nullopt;
  return *number;
}

}  // namespace

std::string_view without_blanks(std::string_view text) {
  constexpr std::array<std::string_view, 6> kBlanks = {" ",  "\t",       "\r",
                                                       "\n", "\xC2\xA0", "\xEF\xBB\xBF"};
  for (bool more = true; more;) {
    more = false;
    for (const auto blank : kBlanks) {
      if (text.starts_with(blank)) {
        text.remove_prefix(blank.size());
        more = true;
      }
      if (text.ends_with(blank)) {
        text.remove_suffix(blank.size());
        more = true;
      }
    }
  }
  return text;
}

std::optional<json> number_of(std::string_view text, bool whole) {
  if (text.empty() || text.size() > kMostNumberBytes) return std::nullopt;
  if (text.front() != '-' && (text.front() < '0' || text.front() > '9')) return std::nullopt;
  const auto number = json_from(text);
  if (!number.is_number()) return std::nullopt;  // also of what a double can't hold
  const auto parts = parts_of(text);
  if (!parts) return std::nullopt;
  const bool plain = text.find_first_of(".eE") == std::string_view::npos;
  if (whole || plain) return whole_of(*parts);
  const bool underflow = number == 0 && !all_zeros(parts->digits);
  if (underflow) return std::nullopt;
  return number;
}

std::string why_no_json(const json& value) {
  if (!value.is_string()) return {};
  const auto text = without_blanks(value.get_ref<const std::string&>());
  if (text.starts_with("```")) {
    return " This is not valid JSON: send it without the code fence around it.";
  }
  if (text.starts_with('"')) {
    const auto inner = json_from(text);
    if (!inner.is_string()) return " This is not valid JSON.";
    return " This is JSON text in JSON text: encode it once, not twice.";
  }
  if (!text.starts_with('{') && !text.starts_with('[')) return {};
  if (text.find('\0') != std::string_view::npos) return " This is not valid JSON.";
  const auto parsed = parse_json(text, kArgumentLimits);
  return parsed ? std::string() : " " + parsed.error().text();
}

}  // namespace adomcp::mcp
