#include "config/files.h"

#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "core/descriptor.h"

namespace adomcp::config {

namespace fs = std::filesystem;

std::string absolute_path(const std::string& path, const std::string& folder) {
  return (fs::path(folder) / path).lexically_normal().string();
}

std::string folder_of(const std::string& path) {
  return fs::absolute(path).lexically_normal().parent_path().string();
}

std::optional<std::string> why_unreadable(const std::string& path) {
  std::error_code error;
  const auto status = fs::status(path, error);
  if (!fs::exists(status)) return "does not exist";
  if (fs::is_directory(status)) return "is not a file";
  if (access(path.c_str(), R_OK) == 0) return std::nullopt;
  const int why = errno;
  return "cannot be read: " + error_text(why);
}

}  // namespace adomcp::config
