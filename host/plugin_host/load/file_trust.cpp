#include "plugin_host/load/file_trust.h"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>

namespace adomcp::plugin_host {
namespace {

namespace fs = std::filesystem;

std::string octal(mode_t mode) {
  std::array<char, 8> text{};
  const int length = std::snprintf(text.data(), text.size(), "%04o", mode & 07777U);
  return {text.data(), static_cast<std::size_t>(length)};
}

Error untrusted(const std::string& path, const std::string& why, const std::string& mend) {
  return {ErrorCode::kInvalid, "'" + path + "' " + why, "Run: " + mend + " '" + path + "'"};
}

Status check_one(const std::string& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) {
    return Error{ErrorCode::kNotFound, "'" + path + "' cannot be examined", ""};
  }
  if (found.st_uid != 0 && found.st_uid != ::geteuid()) {
    return untrusted(path,
                     "belongs to user " + std::to_string(found.st_uid) +
                         ", who is neither root nor the user of this host.",
                     "chown root");
  }
  const bool sticky_folder = S_ISDIR(found.st_mode) && (found.st_mode & S_ISVTX) != 0;
  if ((found.st_mode & (S_IWGRP | S_IWOTH)) == 0 || sticky_folder) return Done{};
  return untrusted(path, "has mode " + octal(found.st_mode) + ": others may write to it.",
                   "chmod go-w");
}

}  // namespace

Status check_trust(const std::string& path) {
  std::error_code failed;
  auto part = fs::canonical(path, failed);
  if (failed) return Error{ErrorCode::kNotFound, "'" + path + "' cannot be examined", ""};
  for (;;) {
    if (auto good = check_one(part.string()); !good) return good;
    if (part == part.root_path()) return Done{};
    part = part.parent_path();
  }
}

}  // namespace adomcp::plugin_host
