#pragma once

#include <cstdint>
#include <string_view>

#include "colour.h"
#include "features.h"

namespace adomcp::failure_logs {

/// From here on a line counts as strong: it looks like a part of a failure.
constexpr std::uint8_t kStrong = 60;

/// What a line is by itself.
struct LineFacts {
  KeptRow row{};  ///< `own` filled in, but for `seen_before`
  std::uint32_t template_hash = 0;
};

/// `text` without timestamp and escapes, valid UTF-8. Costly patterns are only asked where a cheap
/// look found something. Pure.
LineFacts line_facts(std::string_view text, const Colours& colours);

}  // namespace adomcp::failure_logs
