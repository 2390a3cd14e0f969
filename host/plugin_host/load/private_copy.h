#pragma once

#include <string>

#include "core/result.h"

namespace adomcp::plugin_host {

/// A library's bytes in a folder of their own that only this user may enter. What is checked there
/// is what is loaded; the original may be replaced or cut meanwhile. Goes with this object: a
/// loaded library doesn't need its name any more. Every copy has another name, so that the dynamic
/// loader never takes it for one that is loaded already; the file's own name and its sha256 are in
/// it, so that /proc/self/maps tells what is loaded.
class PrivateCopy {
 public:
  /// The error says why `original` can't be read (missing, no regular file, too large), or why
  /// there is no place for the copy.
  static Result<PrivateCopy> make(const std::string& original);

  PrivateCopy(PrivateCopy&& other) noexcept;
  PrivateCopy& operator=(PrivateCopy&&) = delete;
  ~PrivateCopy();

  const std::string& path() const { return path_; }

 private:
  explicit PrivateCopy(std::string path) : path_(std::move(path)) {}

  std::string path_;  // empty: moved away
};

}  // namespace adomcp::plugin_host
