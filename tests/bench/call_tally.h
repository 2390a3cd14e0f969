#pragma once
// What open_loop reads of answers and counts.
#include <strings.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

namespace adomcp::bench {

using Micros = std::uint32_t;

/// By nearest rank, as wrk does; 0 of none. Reorders the times.
inline Micros percentile(std::vector<Micros>& times, double percent) {
  if (times.empty()) return 0;
  const double rank = std::ceil(percent / 100 * static_cast<double>(times.size()));
  const auto at = times.begin() + std::max(0L, static_cast<long>(rank) - 1);
  std::nth_element(times.begin(), at, times.end());
  return *at;
}

struct Answer {
  int status = 0;
  bool retry_after = false;
  bool close = false;
  std::string_view body;
};

inline std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  return text;
}

inline bool same(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

/// The answer once all of it is there. Without a Content-Length it has no body.
inline std::optional<Answer> read_answer(std::string_view bytes) {
  const auto end = bytes.find("\r\n\r\n");
  if (end == bytes.npos || bytes.size() < 12) return std::nullopt;
  Answer answer;
  std::from_chars(bytes.data() + 9, bytes.data() + 12, answer.status);
  std::size_t length = 0;
  for (auto at = bytes.find("\r\n"); at < end;) {
    const auto next = bytes.find("\r\n", at + 2);
    const auto line = bytes.substr(at + 2, next - at - 2);
    const auto colon = std::min(line.find(':'), line.size());
    const auto name = line.substr(0, colon);
    const auto value = trimmed(line.substr(std::min(colon + 1, line.size())));
    if (same(name, "Retry-After")) answer.retry_after = true;
    if (same(name, "Connection")) answer.close = same(value, "close");
    if (same(name, "Content-Length")) {
      std::from_chars(value.data(), value.data() + value.size(), length);
    }
    at = next;
  }
  if (bytes.size() < end + 4 + length) return std::nullopt;
  answer.body = bytes.substr(end + 4, length);
  return answer;
}

/// What became of the calls.
struct Tally {
  std::vector<Micros> taken, refused, other;  ///< 200; 503 with Retry-After; any other answer
  std::vector<Micros>
      held_up;  ///< from the plan until it was sent: by the driver or for connections
  std::map<int, std::size_t> statuses;
  std::size_t wrong = 0;   ///< 200, but not with what was expected
  std::size_t broken = 0;  ///< the connection ended before the answer

  void add(const Answer& answer, Micros took, std::string_view expect) {
    ++statuses[answer.status];
    const bool right = answer.body.find(expect) != answer.body.npos;
    if (answer.status == 200 && right) return taken.push_back(took);
    if (answer.status == 503 && answer.retry_after) return refused.push_back(took);
    if (answer.status == 200) ++wrong;
    other.push_back(took);
  }
};

}  // namespace adomcp::bench
