#include "core/chunk_reader.h"

#include <algorithm>
#include <string_view>

#include "core/text.h"

namespace adomcp {
namespace {

constexpr unsigned kMostDigits = 15;
constexpr std::uint64_t kBiggestChunk = 0xFFFFFFFF;
constexpr std::size_t kMostDropped = 8192;
constexpr int kMostTrailers = 32;

bool is_line_end(ByteSource& source) {
  return source.get() == '\r' && source.get() == '\n';
}

}  // namespace

std::optional<std::uint64_t> ChunkReader::left(ByteSource& source) {
  if (state_ == State::kFirst || state_ == State::kNext) state_ = begin_chunk(source);
  if (state_ == State::kBroken) return std::nullopt;
  return left_;
}

std::optional<std::size_t> ChunkReader::read(ByteSource& source, char* buffer, std::size_t size) {
  const auto here = left(source);
  if (!here || *here == 0) return here;
  const auto most = static_cast<std::streamsize>(std::min<std::uint64_t>(size, *here));
  const int got = source.read(buffer, most);
  if (got <= 0) {
    state_ = State::kBroken;
    return std::nullopt;
  }
  left_ -= static_cast<std::uint64_t>(got);
  if (left_ == 0) state_ = State::kNext;
  return static_cast<std::size_t>(got);
}

ChunkReader::State ChunkReader::begin_chunk(ByteSource& source) {
  const bool first = state_ == State::kFirst;
  if (!first && !is_line_end(source)) return State::kBroken;
  if (!read_size(source)) return State::kBroken;
  if (left_ > 0) return State::kData;
  return skip_trailers(source) ? State::kFinished : State::kBroken;
}

bool ChunkReader::read_size(ByteSource& source) {
  left_ = 0;
  unsigned digits = 0;
  int c = source.get();
  for (int value = hex_value(c); value >= 0; value = hex_value(c)) {
    left_ = left_ * 16 + static_cast<std::uint64_t>(value);
    if (++digits > kMostDigits || left_ > kBiggestChunk) return false;
    c = source.get();
  }
  if (digits == 0) return false;
  if (c == ';') return skip_text(source);
  return c == '\r' && source.get() == '\n';
}

/// Each must be a "name: value": another request would not be.
bool ChunkReader::skip_trailers(ByteSource& source) {
  for (int i = 0; i <= kMostTrailers; ++i) {
    int c = source.get();
    if (c == '\r') return source.get() == '\n';
    if (!is_token_character(c)) return false;
    for (; is_token_character(c); c = source.get()) {
      if (!spend()) return false;
    }
    if (c != ':' || !skip_text(source)) return false;
  }
  return false;
}

/// Up to and including the line's end.
bool ChunkReader::skip_text(ByteSource& source) {
  for (;;) {
    const int c = source.get();
    if (c == '\r') return source.get() == '\n';
    const bool printable = c == '\t' || (c >= 0x20 && c < 0x7F);
    if (!printable || !spend()) return false;
  }
}

bool ChunkReader::spend() {
  return ++spent_ <= kMostDropped;
}

}  // namespace adomcp
