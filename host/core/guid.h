#pragma once

#include <algorithm>
#include <string_view>

#include "core/text.h"

namespace adomcp {

/// 8-4-4-4-12 hex digits, in any case.
inline bool is_guid(std::string_view text) {
  constexpr std::string_view kForm = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  return std::equal(text.begin(), text.end(), kForm.begin(), kForm.end(), [](char c, char form) {
    if (form == '-') return c == '-';
    return hex_value(c) >= 0;
  });
}

}  // namespace adomcp
