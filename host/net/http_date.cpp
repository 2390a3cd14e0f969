#include "net/http_date.h"

#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeFormatter.h>
#include <Poco/DateTimeParser.h>
#include <Poco/Timestamp.h>

namespace adomcp::net {

using std::chrono::system_clock;

std::optional<system_clock::time_point> parse_http_date(std::string_view text) {
  if (text.empty() || text.size() > 64) return std::nullopt;
  Poco::DateTime date;
  int zone = 0;
  const bool read = Poco::DateTimeParser::tryParse(Poco::DateTimeFormat::HTTP_FORMAT,
                                                   std::string(text), date, zone);
  // Poco reads almost anything as some date, so what it read must give the same text again.
  if (!read || zone != 0) return std::nullopt;
  if (Poco::DateTimeFormatter::format(date, Poco::DateTimeFormat::HTTP_FORMAT) != text) {
    return std::nullopt;
  }
  return system_clock::from_time_t(date.timestamp().epochTime());
}

std::string http_date(system_clock::time_point time) {
  const auto stamp = Poco::Timestamp::fromEpochTime(system_clock::to_time_t(time));
  return Poco::DateTimeFormatter::format(stamp, Poco::DateTimeFormat::HTTP_FORMAT);
}

std::string utc_seconds(system_clock::time_point time) {
  const auto stamp = Poco::Timestamp::fromEpochTime(system_clock::to_time_t(time));
  return Poco::DateTimeFormatter::format(stamp, "%Y-%m-%dT%H:%M:%S");
}

}  // namespace adomcp::net
