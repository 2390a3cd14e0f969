#pragma once

#include <cstddef>
#include <string_view>

namespace adomcp::shared {

inline constexpr std::size_t kGuidSize = 36;

/// Whether `text` begins with a GUID: 8-4-4-4-12 hex digits, in any case.
inline bool begins_with_guid(std::string_view text) {
  constexpr std::string_view kShape = "hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh";
  constexpr std::string_view kHex = "0123456789abcdefABCDEF";
  if (text.size() < kShape.size()) return false;
  for (std::size_t i = 0; i < kShape.size(); ++i) {
    const bool fits = kShape[i] == '-' ? text[i] == '-' : kHex.find(text[i]) != kHex.npos;
    if (!fits) return false;
  }
  return true;
}

/// Whether it is one, and nothing else.
inline bool is_guid(std::string_view text) {
  return text.size() == kGuidSize && begins_with_guid(text);
}

}  // namespace adomcp::shared
