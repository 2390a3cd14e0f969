#include "net/body_reader.h"

#include <algorithm>

namespace adomcp::net {
namespace {

Error cut() {
  return {ErrorCode::kUnavailable, "The answer broke off in the middle.", {}};
}

}  // namespace

Result<std::size_t> BodyReader::read(char* buffer, std::size_t size) {
  if (framing_ == Framing::kChunked) {
    const auto got = chunks_.read(*source_, buffer, size);
    if (!got) return cut();
    return *got;
  }
  if (framing_ == Framing::kFixed) {
    ended_ = ended_ || left_ == 0;
    size = static_cast<std::size_t>(std::min<std::uint64_t>(size, left_));
  }
  if (ended_) return std::size_t{0};
  const int got = source_->read(buffer, static_cast<std::streamsize>(size));
  if (got <= 0) {
    ended_ = framing_ == Framing::kUntilClose;
    if (!ended_) return cut();
    return std::size_t{0};
  }
  if (framing_ == Framing::kFixed) left_ -= static_cast<std::uint64_t>(got);
  return static_cast<std::size_t>(got);
}

bool BodyReader::finished() const {
  return framing_ == Framing::kFixed ? left_ == 0 : chunks_.finished();
}

}  // namespace adomcp::net
