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

#include "core/descriptor.h"
#include "core/sha256.h"

namespace adomcp::plugin_host {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxLibraryBytes = 256ULL * 1024 * 1024;
const std::string kRandomPart(6, 'X');     // mkdtemp puts other characters in its place
constexpr std::size_t kLongestStem = 128;  // what is added must fit into a file name too

Error unreadable(const std::string& why) {
  return {ErrorCode::kNotFound, why, ""};
}

// Both take errno's number, kept as soon as the call that failed came back.

Error cannot_read(int error) {
  return unreadable("it cannot be read: " + error_text(error));
}

Error cannot_copy(int error) {
  return {ErrorCode::kUnavailable, "it cannot be copied: " + error_text(error), ""};
}

Result<Descriptor> open_original(const std::string& path) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  const int error = errno;
  if (!file && error == ENOENT) return unreadable("there is no such file");
  if (!file) return cannot_read(error);
  struct stat found {};
  if (::fstat(file.get(), &found) != 0) return cannot_read(errno);
  if (!S_ISREG(found.st_mode)) return unreadable("it is not a regular file");
  if (static_cast<std::uint64_t>(found.st_size) > kMaxLibraryBytes) {
    return unreadable("it is larger than 256 MiB");
  }
  return file;
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

/// Gives the sha256 of what was copied. Bounded by what the original was said to hold: it may grow
/// while it is read.
Result<std::string> copy(const Descriptor& from, const Descriptor& to) {
  Sha256 digest;
  std::vector<char> piece(std::size_t{256} * 1024);
  std::uint64_t total = 0;
  for (;;) {
    const auto got = ::read(from.get(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return cannot_read(errno);
    if (got == 0) return digest.finish();
    total += static_cast<std::uint64_t>(got);
    if (total > kMaxLibraryBytes) return unreadable("it is larger than 256 MiB");
    const std::string_view part(piece.data(), static_cast<std::size_t>(got));
    if (const int error = write_whole(to.get(), part); error != 0) return cannot_copy(error);
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
  const auto from = open_original(original);
  if (!from) return from.error();
  const auto folder = make_folder();
  if (!folder) return folder.error();
  PrivateCopy made(*folder + "/copy");
  const Descriptor to(::open(made.path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700));
  const int error = errno;
  if (!to) return cannot_copy(error);
  const auto digest = copy(*from, to);
  if (!digest) return digest.error();
  const std::string named = *folder + "/" + name_of_copy(original, *digest);
  if (::rename(made.path_.c_str(), named.c_str()) != 0) return cannot_copy(errno);
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
