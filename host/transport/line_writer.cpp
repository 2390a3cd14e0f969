#include "transport/line_writer.h"

#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <string>

namespace adomcp::transport {
namespace {

/// A pipe or socket that has room has room for so much, so that no write blocks.
constexpr std::size_t kStep = PIPE_BUF;

}  // namespace

bool LineWriter::send(std::string_view json) {
  std::string line(json);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  line += '\n';
  const std::lock_guard lock(mutex_);
  return !broken_ && write(line);
}

void LineWriter::end_by(Deadline deadline) noexcept {
  auto before = end_.load();
  while (deadline.at() < before && !end_.compare_exchange_weak(before, deadline.at())) {
  }
  ending_.set();
}

/// With the lock held. Half a line may have left when it fails, so that nothing may follow.
bool LineWriter::write(std::string_view text) {
  while (!text.empty()) {
    if (!wait()) return fail();
    const auto put = ::write(descriptor_, text.data(), std::min(text.size(), kStep));
    if (put >= 0) {
      text.remove_prefix(static_cast<std::size_t>(put));
    } else if (errno != EINTR && errno != EAGAIN) {
      return fail();
    }
  }
  return true;
}

/// For room; false when there won't be any in time.
bool LineWriter::wait() {
  for (;;) {
    const Deadline end(end_.load());
    const bool ending = end.at() != Deadline().at();
    std::array<pollfd, 2> asked{{{descriptor_, POLLOUT, 0}, {ending_.descriptor(), POLLIN, 0}}};
    const int timeout = ending ? static_cast<int>(end.remaining().count()) : -1;
    const int found = ::poll(asked.data(), ending ? 1 : asked.size(), timeout);
    if (found < 0 && errno != EINTR) return false;
    if (found == 0) return false;
    if (found > 0 && asked[0].revents != 0) return true;
  }
}

bool LineWriter::fail() {
  broken_ = true;
  on_broken_();
  return false;
}

}  // namespace adomcp::transport
