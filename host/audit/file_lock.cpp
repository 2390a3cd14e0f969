#include "audit/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>

namespace adomcp::audit {

Result<FileLock> FileLock::take(const std::string& path) {
  const std::string name = path + ".lock";
  Descriptor file(::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW, 0600));
  if (!file) {
    return Error{ErrorCode::kUnavailable, "audit file " + name + ": " + error_text(errno) + ".",
                 "Create its folder and let this process write there."};
  }
  if (::flock(file.get(), LOCK_EX | LOCK_NB) == 0) return FileLock(std::move(file));
  if (errno == EWOULDBLOCK) {
    return Error{ErrorCode::kUnavailable, "Audit file " + path + " is another adomcp's.",
                 "Stop that one, or give this one a file of its own: a file has one writer."};
  }
  return Error{ErrorCode::kUnavailable, "audit file " + name + ": " + error_text(errno) + ".",
               "Choose a file system that has locks."};
}

}  // namespace adomcp::audit
