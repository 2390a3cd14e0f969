#include "usual_lines.h"

#include <adomcp/redact.hpp>

#include "line_features.h"

namespace adomcp::failure_logs {

void UsualLines::feed(std::string_view piece) {
  cutter_.feed(
      piece, [this](std::string_view segment) { add(segment); }, [] {});
}

void UsualLines::finish() {
  cutter_.finish([this](std::string_view segment) { add(segment); }, [] {});
}

void UsualLines::add(std::string_view segment) {
  const std::string_view text = sdk::strip_timestamp(segment);
  const std::uint32_t bit = template_of(is_plain(text) ? text : sdk::clean_text(text)) % kBits;
  bits_[bit / 64] |= std::uint64_t{1} << (bit % 64);
}

}  // namespace adomcp::failure_logs
