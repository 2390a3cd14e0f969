#pragma once

#include <adomcp/plugin.h>

#include <cstdint>
#include <memory>

namespace adomcp::plugin_host {

class Call;

/// What a plugin knows a Call by, for as long as this object lives: a number in the shape of a
/// pointer, never used twice. A plugin that keeps it for later finds nothing, neither freed memory
/// nor somebody else's call. The table behind it is the process's, because the C functions that
/// look there get nothing but the handle.
class CallHandle {
 public:
  explicit CallHandle(std::shared_ptr<Call> call);
  CallHandle(const CallHandle&) = delete;
  CallHandle& operator=(const CallHandle&) = delete;
  ~CallHandle();

  adomcp_call* get() const;

  /// The running call of this handle; null when it is over or never was. Thread-safe.
  static std::shared_ptr<Call> find(const adomcp_call* handle);

 private:
  std::uintptr_t number_;
};

}  // namespace adomcp::plugin_host
