#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <string>
#include <string_view>
#include <system_error>

namespace adomcp::transport {

/// A pipe whose ends can be closed one by one.
class Pipe {
 public:
  Pipe() {
    if (::pipe2(ends_.data(), O_CLOEXEC) != 0) {
      throw std::system_error(errno, std::system_category(), "pipe");
    }
  }
  ~Pipe() {
    close_read();
    close_write();
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  int read_end() const { return ends_[0]; }
  int write_end() const { return ends_[1]; }
  void close_read() { close(ends_[0]); }
  void close_write() { close(ends_[1]); }

  /// False when the other end is closed. Blocks while the pipe is full.
  bool write(std::string_view text) const {
    while (!text.empty()) {
      const auto put = ::write(write_end(), text.data(), text.size());
      if (put < 0) return false;
      text.remove_prefix(static_cast<std::size_t>(put));
    }
    return true;
  }

  /// All until the other end is closed.
  std::string read_all() const {
    std::string out;
    std::array<char, 4096> part{};
    for (;;) {
      const auto got = ::read(read_end(), part.data(), part.size());
      if (got <= 0) return out;
      out.append(part.data(), static_cast<std::size_t>(got));
    }
  }

 private:
  static void close(int& end) {
    if (end >= 0) ::close(end);
    end = -1;
  }

  std::array<int, 2> ends_{-1, -1};
};

}  // namespace adomcp::transport
