#include "core/retry_after.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/text.h"
#include "core/time_text.h"

namespace adomcp {

using std::chrono::milliseconds;

std::optional<milliseconds> parse_retry_after(std::string_view value, Clock::TimePoint now,
                                              milliseconds most) {
  value = trim(value);
  if (value.empty()) return std::nullopt;
  double seconds = 0;
  const auto* end = value.data() + value.size();
  const auto [stop, error] = std::from_chars(value.data(), end, seconds, std::chars_format::fixed);
  if (error == std::errc() && stop == end) {
    if (!(seconds >= 0) || std::isinf(seconds)) return std::nullopt;
    const double least = std::min(seconds * 1000, static_cast<double>(most.count()));
    return milliseconds(static_cast<milliseconds::rep>(least));
  }
  const auto at = parse_http_date(value);
  if (!at) return std::nullopt;
  return std::clamp(std::chrono::ceil<milliseconds>(*at - now), milliseconds(0), most);
}

std::pair<std::string, std::string> retry_after_header(std::chrono::seconds wait) {
  return {"Retry-After", std::to_string(wait.count())};
}

}  // namespace adomcp
