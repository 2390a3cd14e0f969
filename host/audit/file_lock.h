#pragma once

#include <string>

#include "core/descriptor.h"
#include "core/result.h"

namespace adomcp::audit {

/// Keeps a second host away from an audit file, by a lock on `path.lock` that ends with the
/// process, however that ends.
class FileLock {
 public:
  static Result<FileLock> take(const std::string& path);

 private:
  explicit FileLock(Descriptor file) : file_(std::move(file)) {}
  Descriptor file_;
};

}  // namespace adomcp::audit
