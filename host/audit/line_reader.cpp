#include "audit/line_reader.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace adomcp::audit {
namespace {

constexpr std::size_t kBuffer = std::size_t{256} * 1024;  // many times the longest line

}  // namespace

Result<LineReader> LineReader::open(const std::string& path) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (!file) {
    return Error{ErrorCode::kUnavailable, path + ": " + error_text(errno) + ".",
                 "Give the path of an audit file that this account may read."};
  }
  return LineReader(std::move(file));
}

LineReader::LineReader(Descriptor file) : file_(std::move(file)), buffer_(kBuffer) {}

std::optional<LineReader::Piece> LineReader::next() {
  std::size_t searched = 0;
  for (;;) {
    const std::string_view left(buffer_.data() + from_, to_ - from_);
    const auto end = left.find('\n', searched);
    if (end != std::string_view::npos) {
      from_ += end + 1;
      return Piece{left.substr(0, end), true};
    }
    searched = left.size();
    if (searched < buffer_.size() && fill()) continue;
    if (searched == 0 || failed_) return std::nullopt;
    from_ = to_;
    return Piece{left, false};
  }
}

bool LineReader::fill() {
  if (from_ > 0) {
    std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(from_),
              buffer_.begin() + static_cast<std::ptrdiff_t>(to_), buffer_.begin());
    to_ -= from_;
    from_ = 0;
  }
  for (;;) {
    const auto got = ::read(file_.get(), buffer_.data() + to_, buffer_.size() - to_);
    if (got < 0 && errno == EINTR) continue;
    failed_ = failed_ || got < 0;
    if (got <= 0) return false;
    to_ += static_cast<std::size_t>(got);
    return true;
  }
}

}  // namespace adomcp::audit
