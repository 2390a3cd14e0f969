#include "transport/line_reader.h"

#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace adomcp::transport {
namespace {

constexpr std::size_t kStep = 65536;

}  // namespace

LineReader::Got LineReader::next(std::string& line) {
  bool too_long = false;
  while (!take(line, too_long)) {
    if (fill()) continue;
    line.assign(buffer_, at_);
    buffer_.clear();
    at_ = seen_ = 0;
    if (skipping_) {
      skipping_ = false;
      return Got::kTooLong;
    }
    return line.empty() ? Got::kEnd : Got::kLine;
  }
  return too_long ? Got::kTooLong : Got::kLine;
}

/// The next line of the buffer; false when its end has not been read yet.
bool LineReader::take(std::string& line, bool& too_long) {
  const auto end = buffer_.find('\n', seen_);
  if (end == std::string::npos) {
    seen_ = buffer_.size();
    if (skipping_ || seen_ - at_ > limit_) {
      skipping_ = true;
      buffer_.clear();
      at_ = seen_ = 0;
    }
    return false;
  }
  too_long = skipping_ || end - at_ > limit_;
  if (!too_long) line.assign(buffer_, at_, end - at_);
  skipping_ = false;
  at_ = seen_ = end + 1;
  return true;
}

/// Reads what there is; false when nothing more will come.
bool LineReader::fill() {
  buffer_.erase(0, at_);
  seen_ -= at_;
  at_ = 0;
  std::array<pollfd, 2> asked{{{descriptor_, POLLIN, 0}, {stop_.descriptor(), POLLIN, 0}}};
  for (;;) {
    if (::poll(asked.data(), asked.size(), -1) < 0) {
      if (errno == EINTR) continue;
      return false;
    }
    if (asked[1].revents != 0) return false;
    const auto before = buffer_.size();
    buffer_.resize(before + kStep);
    const auto got = ::read(descriptor_, buffer_.data() + before, kStep);
    const int problem = errno;
    buffer_.resize(before + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got > 0) return true;
    if (got == 0 || (problem != EINTR && problem != EAGAIN)) return false;
  }
}

}  // namespace adomcp::transport
