#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "colour.h"
#include "features.h"
#include "line_kind.h"

namespace adomcp::failure_logs {

/// From here on a line counts as strong: it looks like a part of a failure.
constexpr std::uint8_t kStrong = 60;

/// What a line is by itself.
struct LineFacts {
  KeptRow row{};  ///< `own` filled in, but for `seen_before`
  std::uint32_t template_hash = 0;
};

/// What the costly patterns said of a template, so that they are asked once: lines that differ in
/// numbers only are of one kind.
class KindCache {
 public:
  const LineKind& kind_of(std::uint32_t template_hash, std::string_view text);

 private:
  struct Entry {
    std::uint32_t template_hash = 0;
    bool used = false;
    LineKind kind;
  };
  static constexpr std::size_t kEntries = 1024;
  std::vector<Entry> entries_ = std::vector<Entry>(kEntries);
};

/// `text` without timestamp and escapes, valid UTF-8. Patterns are only asked where a cheap look
/// found something.
LineFacts line_facts(std::string_view text, const Colours& colours, KindCache& kinds);

/// The same line's `template_hash` alone.
std::uint32_t template_of(std::string_view text);

/// Printable ASCII and tabs only: there is nothing to clean.
bool is_plain(std::string_view text);

}  // namespace adomcp::failure_logs
