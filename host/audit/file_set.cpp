#include "audit/file_set.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <string_view>
#include <system_error>

namespace adomcp::audit {
namespace {

namespace fs = std::filesystem;

/// N of "name.N"; 0 for anything else.
std::uint64_t number_of(std::string_view file, std::string_view name) {
  if (file.size() < name.size() + 2 || !file.starts_with(name)) return 0;
  const auto digits = file.substr(name.size() + 1);
  if (file[name.size()] != '.' || digits.front() == '0') return 0;
  std::uint64_t number = 0;
  const auto end = digits.data() + digits.size();
  const auto parsed = std::from_chars(digits.data(), end, number);
  return parsed.ec == std::errc() && parsed.ptr == end ? number : 0;
}

}  // namespace

std::vector<AuditFile> rotated_files(const std::string& path) {
  const fs::path whole(path);
  const fs::path folder = whole.has_parent_path() ? whole.parent_path() : fs::path(".");
  const std::string name = whole.filename().string();
  std::vector<AuditFile> found;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    const auto number = number_of(at->path().filename().string(), name);
    if (number != 0) found.push_back({number, path + "." + std::to_string(number)});
  }
  std::sort(found.begin(), found.end(),
            [](const AuditFile& a, const AuditFile& b) { return a.number < b.number; });
  return found;
}

std::vector<AuditFile> all_files(const std::string& path) {
  auto files = rotated_files(path);
  std::error_code error;
  if (fs::exists(path, error)) files.push_back({0, path});
  return files;
}

}  // namespace adomcp::audit
