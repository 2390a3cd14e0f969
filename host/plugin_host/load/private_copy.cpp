#include "plugin_host/load/private_copy.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "core/sha256.h"

namespace adomcp::plugin_host {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxLibraryBytes = 256ULL * 1024 * 1024;
const std::string kRandomPart(6, 'X');     // mkdtemp puts other characters in its place
constexpr std::size_t kLongestStem = 128;  // what is added must fit into a file name too

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int get() const { return number_; }

 private:
  int number_;
};

Error unreadable(const std::string& why) {
  return {ErrorCode::kNotFound, why, ""};
}

// These two take errno as the call before them has left it.

Error cannot_read() {
  const int error = errno;
  return unreadable("it cannot be read: " + std::system_category().message(error));
}

Error cannot_copy() {
  const int error = errno;
  return {ErrorCode::kUnavailable, "it cannot be copied: " + std::system_category().message(error),
          ""};
}

Status check_original(const Descriptor& file) {
  if (file.get() < 0 && errno == ENOENT) return unreadable("there is no such file");
  if (file.get() < 0) return cannot_read();
  struct stat found {};
  if (::fstat(file.get(), &found) != 0) return cannot_read();
  if (!S_ISREG(found.st_mode)) return unreadable("it is not a regular file");
  if (static_cast<std::uint64_t>(found.st_size) > kMaxLibraryBytes) {
    return unreadable("it is larger than 256 MiB");
  }
  return Done{};
}

/// A new folder where code may be mapped from; some systems mount /tmp noexec.
Result<std::string> make_folder() {
  std::error_code failed;
  std::vector<std::string> places = {fs::temp_directory_path(failed).string(), "/dev/shm",
                                     "/var/tmp"};
  for (const auto& place : places) {
    struct statvfs mount {};
    if (place.empty() || ::statvfs(place.c_str(), &mount) != 0) continue;
    if ((mount.f_flag & (ST_NOEXEC | ST_RDONLY)) != 0) continue;
    std::string folder = place;
    folder.append("/adomcp-").append(kRandomPart);
    if (::mkdtemp(folder.data()) != nullptr) return folder;
  }
  return Error{ErrorCode::kUnavailable, "there is no folder to load it from",
               "Give the host a writable folder without noexec in TMPDIR, /dev/shm or /var/tmp."};
}

/// A full disk takes a part first, and says what is wrong only when it is given the rest.
Status write_whole(const Descriptor& to, std::string_view piece) {
  while (!piece.empty()) {
    const auto put = ::write(to.get(), piece.data(), piece.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return cannot_copy();
    piece.remove_prefix(static_cast<std::size_t>(put));
  }
  return Done{};
}

/// Gives the sha256 of what was copied. Bounded by what the original was said to hold: it may grow
/// while it is read.
Result<std::string> copy(const Descriptor& from, const Descriptor& to) {
  Sha256 digest;
  std::vector<char> piece(std::size_t{256} * 1024);
  std::uint64_t total = 0;
  for (;;) {
    const auto got = ::read(from.get(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return cannot_read();
    if (got == 0) return digest.finish();
    total += static_cast<std::uint64_t>(got);
    if (total > kMaxLibraryBytes) return unreadable("it is larger than 256 MiB");
    const std::string_view part(piece.data(), static_cast<std::size_t>(got));
    if (auto written = write_whole(to, part); !written) return written.error();
    digest.update(part);
  }
}

/// "echo.so" as "echo-<sha256>.so".
std::string name_of_copy(const fs::path& original, const std::string& sha256) {
  return original.stem().string().substr(0, kLongestStem) + "-" + sha256 + ".so";
}

}  // namespace

Result<PrivateCopy> PrivateCopy::make(const std::string& original) {
  if (!fs::path(original).is_absolute()) {
    return Error{ErrorCode::kInvalid, "the path is not absolute", ""};
  }
  const Descriptor from(::open(original.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (auto good = check_original(from); !good) return good.error();
  const auto folder = make_folder();
  if (!folder) return folder.error();
  PrivateCopy made(*folder + "/copy");
  const Descriptor to(::open(made.path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700));
  if (to.get() < 0) return cannot_copy();
  const auto digest = copy(from, to);
  if (!digest) return digest.error();
  const std::string named = *folder + "/" + name_of_copy(original, *digest);
  if (::rename(made.path_.c_str(), named.c_str()) != 0) return cannot_copy();
  made.path_ = named;
  return made;
}

PrivateCopy::PrivateCopy(PrivateCopy&& other) noexcept : path_(std::exchange(other.path_, {})) {}

PrivateCopy::~PrivateCopy() {
  if (path_.empty()) return;
  ::unlink(path_.c_str());
  ::rmdir(fs::path(path_).parent_path().c_str());
}

}  // namespace adomcp::plugin_host
