#include "app/cli/replace_file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "core/descriptor.h"

namespace adomcp::app {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kModeBits = 07777;
const std::string kRandomPart(6, 'X');  // mkostemp puts other characters in its place

/// Takes errno as the call before has left it.
Error failed(const std::string& path, const char* what) {
  const int error = errno;
  return {ErrorCode::kUnavailable, path + " " + what + ": " + error_text(error) + ".", ""};
}

/// A new file beside another, removed again unless it took that one's place.
class Replacement {
 public:
  explicit Replacement(const fs::path& target)
      : target_(target),
        name_((target.parent_path() / ("." + target.filename().string() + "." + kRandomPart))
                  .string()),
        descriptor_(mkostemp(name_.data(), O_CLOEXEC)) {}
  ~Replacement() {
    if (made() && !done_) unlink(name_.c_str());
  }
  Replacement(const Replacement&) = delete;
  Replacement& operator=(const Replacement&) = delete;

  bool made() const { return static_cast<bool>(descriptor_); }

  /// Before anything is in it, so that none reads what wasn't theirs to read.
  bool take_owner_and_mode() const {
    struct stat old {};
    if (stat(target_.c_str(), &old) != 0) return false;
    struct stat mine {};
    if (fstat(descriptor_.get(), &mine) != 0) return false;
    const bool same_owner = mine.st_uid == old.st_uid && mine.st_gid == old.st_gid;
    if (!same_owner && fchown(descriptor_.get(), old.st_uid, old.st_gid) != 0) return false;
    return fchmod(descriptor_.get(), old.st_mode & kModeBits) == 0;
  }

  bool fill(std::string_view text) const {
    errno = write_whole(descriptor_.get(), text);
    return errno == 0 && fsync(descriptor_.get()) == 0;
  }

  bool take_place() {
    done_ = std::rename(name_.c_str(), target_.c_str()) == 0;
    return done_;
  }

 private:
  fs::path target_;
  std::string name_;
  Descriptor descriptor_;
  bool done_ = false;
};

/// Makes the rename last. A file system that can't do it for folders has done what it can.
void sync_folder(const fs::path& folder) {
  const Descriptor opened(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened) fsync(opened.get());
}

}  // namespace

Status replace_file(const std::string& path, const std::string& text) {
  std::error_code error;
  const fs::path target = fs::canonical(path, error);
  if (error) {
    return Error{ErrorCode::kNotFound, path + " cannot be written: " + error.message() + ".", ""};
  }
  Replacement replacement(target);
  if (!replacement.made()) return failed(path, "cannot be replaced by a file beside it");
  if (!replacement.take_owner_and_mode()) {
    return failed(path, "cannot be replaced by a file of its owner and mode");
  }
  if (!replacement.fill(text)) return failed(path, "cannot be written");
  if (!replacement.take_place()) return failed(path, "cannot be replaced");
  sync_folder(target.parent_path());
  return Done{};
}

}  // namespace adomcp::app
