#include "audit/line.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/json.h"
#include "core/text.h"
#include "core/time_text.h"

namespace adomcp::audit {
namespace {

constexpr std::string_view kBeforeTime = R"({"time":")";
constexpr std::string_view kBeforeEvent = R"(","event":")";
constexpr std::string_view kBeforeCallId = R"(","call_id":")";
constexpr std::size_t kTimeLength = 24;

bool is_plain(std::string_view value) {
  return std::all_of(value.begin(), value.end(),
                     [](char c) { return c >= 0x20 && c <= 0x7E && c != '"' && c != '\\'; });
}

void append_string(std::string& out, std::string_view value) {
  if (!is_plain(value)) {
    out += json_text(nlohmann::json(value));
    return;
  }
  out += '"';
  out += value;
  out += '"';
}

/// The text up to the next quote, after `mark`, which must be just at `at`.
std::string_view value_at(std::string_view line, std::size_t at, std::string_view mark) {
  if (line.size() < at || line.compare(at, mark.size(), mark) != 0) return {};
  const auto start = at + mark.size();
  const auto end = line.find('"', start);
  return end == std::string_view::npos ? std::string_view() : line.substr(start, end - start);
}

}  // namespace

Line::Line(Clock::TimePoint now, std::string_view event, std::size_t max_text)
    : max_text_(max_text) {
  text("time", rfc3339(now));
  text("event", event);
}

void Line::text(std::string_view key, std::string_view value) {
  if (value.empty()) return;
  name(key);
  append_string(out_, truncate_utf8(value, max_text_));
}

void Line::number(std::string_view key, std::uint64_t value) {
  name(key);
  out_ += std::to_string(value);
}

void Line::number(std::string_view key, const std::optional<std::int64_t>& value) {
  if (!value) return;
  name(key);
  out_ += std::to_string(*value);
}

void Line::raw(std::string_view key, std::string_view json) {
  name(key);
  out_ += json;
}

void Line::members(std::string_view object) {
  if (object.size() <= 2) return;
  out_ += ',';
  out_ += object.substr(1, object.size() - 2);
}

void Line::name(std::string_view key) {
  if (out_.size() > 1) out_ += ',';
  out_ += '"';
  out_ += key;
  out_ += "\":";
}

std::string_view event_of(std::string_view line) {
  return value_at(line, kBeforeTime.size() + kTimeLength, kBeforeEvent);
}

std::string_view call_id_of(std::string_view line) {
  const auto event = event_of(line);
  if (event.empty()) return {};
  const auto end = kBeforeTime.size() + kTimeLength + kBeforeEvent.size() + event.size();
  return value_at(line, end, kBeforeCallId);
}

}  // namespace adomcp::audit
