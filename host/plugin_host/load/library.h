#pragma once

#include <memory>
#include <string>

#include "core/result.h"

namespace boost::dll {
class shared_library;
}

namespace adomcp::plugin_host {

/// A loaded shared library; unloads when it goes. Everything is bound at once and stays local, so
/// that a missing symbol is found here and not in the middle of a call.
class Library {
 public:
  /// `path` must be absolute: a bare name would be searched for. The error carries the dynamic
  /// loader's own words.
  static Result<Library> open(const std::string& path);

  Library(Library&&) noexcept;
  Library& operator=(Library&&) noexcept;
  ~Library();

  /// From now on it is never unloaded, also when this object goes: code of it may still run.
  void keep_loaded();

  /// Address of an exported object; null when there is none of that name.
  const void* find(const std::string& symbol) const;

  const std::string& path() const { return path_; }

 private:
  Library(std::string path, std::unique_ptr<boost::dll::shared_library> handle);
  std::string path_;
  std::unique_ptr<boost::dll::shared_library> handle_;
};

/// Whether a library that was opened by this path is in memory. glibc keeps some after they were
/// closed: those with unique symbols, or with a thread_local whose thread lives on.
bool is_mapped(const std::string& path);

}  // namespace adomcp::plugin_host
