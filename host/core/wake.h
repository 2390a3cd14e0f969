#pragma once

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <system_error>

#include "core/descriptor.h"

namespace adomcp {

/// Something that poll() can wait for, set once by any thread and never taken back.
class Wake {
 public:
  Wake() : descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (!descriptor_) throw std::system_error(errno, std::system_category(), "eventfd");
  }

  void set() const noexcept {
    const std::uint64_t one = 1;
    const auto written = ::write(descriptor_.get(), &one, sizeof one);
    static_cast<void>(written);
  }

  /// Readable once it is set.
  int descriptor() const { return descriptor_.get(); }

 private:
  const Descriptor descriptor_;
};

}  // namespace adomcp
