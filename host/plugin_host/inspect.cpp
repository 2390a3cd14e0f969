#include "plugin_host/inspect.h"

#include <adomcp/plugin.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string_view>
#include <system_error>

#include "plugin_host/elf_reader.h"
#include "plugin_host/sha256.h"

namespace adomcp::plugin_host {
namespace {

constexpr std::uint64_t kMaxLibraryBytes = 256ULL * 1024 * 1024;
constexpr std::string_view kEntryPrefix = "adomcp_plugin_v";

Error unreadable(const char* why) {
  return {ErrorCode::kNotFound, why, ""};
}

Result<std::uint64_t> size_of(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code failed;
  const fs::file_status status = fs::status(path, failed);
  if (status.type() == fs::file_type::not_found) return unreadable("there is no such file");
  if (failed) return Error{ErrorCode::kNotFound, "it cannot be read: " + failed.message(), ""};
  if (status.type() != fs::file_type::regular) return unreadable("it is not a regular file");
  const std::uint64_t size = fs::file_size(path, failed);
  if (failed) return Error{ErrorCode::kNotFound, "it cannot be read: " + failed.message(), ""};
  if (size > kMaxLibraryBytes) return unreadable("it is larger than 256 MiB");
  return size;
}

std::optional<unsigned> major_in(std::string_view symbol) {
  const std::string_view digits = symbol.substr(kEntryPrefix.size());
  unsigned major = 0;
  const char* end = digits.data() + digits.size();
  const auto parsed = std::from_chars(digits.data(), end, major);
  if (digits.empty() || parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  return major;
}

}  // namespace

Result<Inspection> inspect(const std::string& path) {
  const auto size = size_of(path);
  if (!size) return size.error();
  std::ifstream in(path, std::ios::binary);
  if (!in) return unreadable("it cannot be read: permission denied");
  auto digest = sha256(in);
  if (!digest) return digest.error();

  Inspection found;
  found.path = path;
  found.size = *size;
  found.sha256 = *digest;
  const auto symbols = exported_symbols(in, *size, kEntryPrefix);
  if (!symbols) {
    found.not_loadable = symbols.error().message;
    return found;
  }
  for (const std::string& symbol : *symbols) {
    if (const auto major = major_in(symbol)) found.abi_majors.push_back(*major);
  }
  std::sort(found.abi_majors.begin(), found.abi_majors.end());
  return found;
}

std::string to_text(const Inspection& inspection) {
  std::string text = "file:    " + inspection.path + "\n";
  text += "size:    " + std::to_string(inspection.size) + " bytes\n";
  text += "sha256:  " + inspection.sha256 + "\n";
  if (!inspection.not_loadable.empty()) {
    return text + "library: no, " + inspection.not_loadable + "\n";
  }
  text += "library: shared library of this machine\n";
  text += "plugin:  ";
  if (inspection.abi_majors.empty()) text += "no, it exports no adomcp_plugin_vN";
  bool first = true;
  for (const unsigned major : inspection.abi_majors) {
    text += (first ? "ABI " : ", ABI ") + std::to_string(major);
    text += major == ADOMCP_ABI_MAJOR ? " (this host's)" : " (not this host's)";
    first = false;
  }
  return text + "\n";
}

}  // namespace adomcp::plugin_host
