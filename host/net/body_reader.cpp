#include "net/body_reader.h"

#include <algorithm>
#include <charconv>

#include "core/text.h"

namespace adomcp::net {
namespace {

constexpr std::size_t kMaxLine = 4096;
constexpr int kMaxTrailers = 32;

Error cut() {
  return {ErrorCode::kUnavailable, "The answer broke off in the middle.", {}};
}

/// The size in "1a3f;extension"; false for anything else.
bool parse_size(std::string_view line, std::uint64_t& size) {
  const auto digits = trim(line.substr(0, line.find(';')));
  if (digits.empty() || digits.size() > 15) return false;
  const auto* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, size, 16);
  return error == std::errc() && stop == end;
}

}  // namespace

Result<std::size_t> BodyReader::read(char* buffer, std::size_t size) {
  if (framing_ == Framing::kChunked && left_ == 0 && !ended_ && !next_chunk()) return cut();
  if (framing_ == Framing::kFixed && left_ == 0) ended_ = true;
  if (ended_) return std::size_t{0};
  if (framing_ != Framing::kUntilClose) {
    size = static_cast<std::size_t>(std::min<std::uint64_t>(size, left_));
  }
  const int got = source_->read(buffer, static_cast<std::streamsize>(size));
  if (got <= 0) {
    ended_ = framing_ == Framing::kUntilClose;
    if (!ended_) return cut();
    return std::size_t{0};
  }
  if (framing_ != Framing::kUntilClose) left_ -= static_cast<std::uint64_t>(got);
  return static_cast<std::size_t>(got);
}

bool BodyReader::finished() const {
  return framing_ == Framing::kFixed ? left_ == 0 : framing_ == Framing::kChunked && ended_;
}

bool BodyReader::next_chunk() {
  std::string line;
  if (!first_chunk_ && (!read_line(line) || !line.empty())) return false;
  first_chunk_ = false;
  if (!read_line(line) || !parse_size(line, left_)) return false;
  if (left_ > 0) return true;
  ended_ = skip_trailers();
  return ended_;
}

bool BodyReader::skip_trailers() {
  std::string line;
  for (int i = 0; i < kMaxTrailers; ++i) {
    if (!read_line(line)) return false;
    if (line.empty()) return true;
  }
  return false;
}

bool BodyReader::read_line(std::string& line) {
  line.clear();
  for (;;) {
    const int c = source_->get();
    if (c < 0 || line.size() > kMaxLine) return false;
    if (c == '\n') break;
    line += static_cast<char>(c);
  }
  if (line.empty() || line.back() != '\r') return false;
  line.pop_back();
  return true;
}

}  // namespace adomcp::net
