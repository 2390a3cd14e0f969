#pragma once

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>
#include <system_error>

namespace adomcp::transport {

/// Something that poll() can wait for, set once by any thread and never taken back.
class Wake {
 public:
  Wake() : descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (descriptor_ < 0) throw std::system_error(errno, std::system_category(), "eventfd");
  }
  ~Wake() { ::close(descriptor_); }
  Wake(const Wake&) = delete;
  Wake& operator=(const Wake&) = delete;

  void set() const noexcept {
    const std::uint64_t one = 1;
    const auto written = ::write(descriptor_, &one, sizeof one);
    static_cast<void>(written);
  }

  /// Readable once it is set.
  int descriptor() const { return descriptor_; }

 private:
  const int descriptor_;
};

}  // namespace adomcp::transport
