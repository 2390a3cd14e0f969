#pragma once

#include <cstddef>
#include <string>

namespace adomcp::plugin_host {

/// Finds the threads that a plugin began in start(), before its code is unloaded under them. Linux
/// hands a thread's name on to those that it begins, so the thread that runs start() gets a name
/// that no other has. A plugin that names its threads itself isn't found out.
class ThreadMark {
 public:
  ThreadMark();

  /// Marks the calling thread, and from now on those that it begins.
  void put() const;

  /// How many marked ones run. One that is just ending is waited for, for a tenth of a second.
  std::size_t left() const;

 private:
  std::string name_;
};

}  // namespace adomcp::plugin_host
