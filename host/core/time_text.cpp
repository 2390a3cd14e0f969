#include "core/time_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <ctime>

namespace adomcp {
namespace {

constexpr std::int64_t kMinute = 60;
constexpr std::int64_t kHour = 60 * kMinute;

// Not the locale's, which are somebody else's words.
constexpr std::array kWeekdays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::tm utc_of(Clock::TimePoint time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time.time_since_epoch());
  const auto epoch = static_cast<std::time_t>(seconds.count());
  std::tm utc{};
  gmtime_r(&epoch, &utc);
  return utc;
}

/// Exactly so many digits at `at`; -1 when they aren't.
int digits_at(std::string_view text, std::size_t at, std::size_t size) {
  int number = -1;
  const auto* const first = text.data() + at;
  const auto [end, error] = std::from_chars(first, first + size, number);
  return error == std::errc() && end == first + size && number >= 0 ? number : -1;
}

/// What follows the seconds, without their fraction: a zone, or nothing.
std::string_view zone_after(const char* rest) {
  std::string_view zone(rest);
  if (zone.starts_with('.')) {
    zone.remove_prefix(std::min(zone.find_first_not_of("0123456789", 1), zone.size()));
  }
  return zone;
}

/// Seconds east of Greenwich of "Z" or "+hh:mm".
std::optional<std::int64_t> zone_offset(std::string_view zone) {
  if (zone == "Z" || zone == "z") return 0;
  const bool signed_form = zone.size() == 6 && (zone[0] == '+' || zone[0] == '-') && zone[3] == ':';
  if (!signed_form) return std::nullopt;
  const int hours = digits_at(zone, 1, 2);
  const int minutes = digits_at(zone, 4, 2);
  if (hours < 0 || minutes < 0 || hours > 23 || minutes > 59) return std::nullopt;
  const std::int64_t seconds = hours * kHour + minutes * kMinute;
  return zone[0] == '-' ? -seconds : seconds;
}

}  // namespace

std::string rfc3339(Clock::TimePoint time) {
  const auto since_epoch =
      std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch());
  std::array<char, 8> fraction{};
  std::snprintf(fraction.data(), fraction.size(), ".%03dZ",
                static_cast<int>(since_epoch.count() % 1000));
  return utc_seconds(time) + fraction.data();
}

std::optional<Clock::TimePoint> parse_rfc3339(const std::string& text) {
  std::tm when{};
  const char* rest = strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &when);
  if (rest == nullptr) return std::nullopt;
  const auto offset = zone_offset(zone_after(rest));
  if (!offset) return std::nullopt;
  return from_epoch(static_cast<std::int64_t>(timegm(&when)) - *offset);
}

std::optional<Clock::TimePoint> parse_local_time(const std::string& text) {
  std::tm when{};
  const char* rest = strptime(text.c_str(), "%Y-%m-%d %H:%M:%S", &when);
  if (rest == nullptr || !zone_after(rest).empty()) return std::nullopt;
  when.tm_isdst = -1;
  return from_epoch(static_cast<std::int64_t>(mktime(&when)));
}

std::optional<Clock::TimePoint> from_epoch(std::int64_t seconds) {
  if (seconds < 0 || seconds > kLastEpoch) return std::nullopt;
  return Clock::TimePoint(std::chrono::seconds(seconds));
}

std::string http_date(Clock::TimePoint time) {
  const auto utc = utc_of(time);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT",
                kWeekdays.at(static_cast<std::size_t>(utc.tm_wday)), utc.tm_mday,
                kMonths.at(static_cast<std::size_t>(utc.tm_mon)), utc.tm_year + 1900, utc.tm_hour,
                utc.tm_min, utc.tm_sec);
  return text.data();
}

std::optional<Clock::TimePoint> parse_http_date(std::string_view text) {
  constexpr std::size_t kSize = 29;
  if (text.size() != kSize) return std::nullopt;
  const auto month = std::find(kMonths.begin(), kMonths.end(), text.substr(8, 3));
  if (month == kMonths.end()) return std::nullopt;
  std::tm when{};
  when.tm_mday = digits_at(text, 5, 2);
  when.tm_mon = static_cast<int>(month - kMonths.begin());
  when.tm_year = digits_at(text, 12, 4) - 1900;
  when.tm_hour = digits_at(text, 17, 2);
  when.tm_min = digits_at(text, 20, 2);
  when.tm_sec = digits_at(text, 23, 2);
  const auto time = from_epoch(static_cast<std::int64_t>(timegm(&when)));
  // timegm takes the 31st of a short month for the next one's first: only the same text will do.
  return time && http_date(*time) == text ? time : std::nullopt;
}

std::string utc_seconds(Clock::TimePoint time) {
  const auto utc = utc_of(time);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02d-%02dT%02d:%02d:%02d", utc.tm_year + 1900,
                utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec);
  return text.data();
}

}  // namespace adomcp
