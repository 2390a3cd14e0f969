#include "plugin_host/load/inspect.h"

#include <adomcp/plugin.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <system_error>

#include "core/json.h"
#include "core/sha256.h"
#include "core/text.h"
#include "plugin_host/load/elf_reader.h"
#include "plugin_host/load/file_trust.h"
#include "plugin_host/load/signature.h"

namespace adomcp::plugin_host {
namespace {

constexpr std::uint64_t kMaxLibraryBytes = 256ULL * 1024 * 1024;
constexpr std::string_view kEntryPrefix = "adomcp_plugin_v";
constexpr std::size_t kMaxWord = 256;

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

std::string metadata_text(const PluginMetadata& metadata) {
  std::string text = "id:      " + escape_for_log(metadata.id, kMaxWord) + "\n";
  text += "version: " + escape_for_log(metadata.version, kMaxWord) + "\n";
  return text + "abi:     " + abi_text(metadata.abi_major, metadata.abi_minor) +
         " (this host speaks " + abi_text(ADOMCP_ABI_MAJOR, ADOMCP_ABI_MINOR) + ")\n";
}

/// As JSON, which YAML reads: neither an id nor a path can break out of its line.
std::string quoted(const std::string& text) {
  return ascii_json_text(nlohmann::json(text));
}

bool suits_this_host(const Inspection& inspection, const PluginMetadata& metadata) {
  const auto& majors = inspection.abi_majors;
  return std::find(majors.begin(), majors.end(), ADOMCP_ABI_MAJOR) != majors.end() &&
         metadata.abi_major == ADOMCP_ABI_MAJOR && metadata.abi_minor <= ADOMCP_ABI_MINOR;
}

std::string yaml_of(const Inspection& inspection, const std::string& id) {
  return "\nplugins:\n  - id: " + quoted(id) + "\n    library: " + quoted(inspection.path) +
         "\n    sha256: " + inspection.sha256 + "\n    tools: []  # name those to serve\n";
}

}  // namespace

Result<Inspection> inspect(const std::string& path) {
  const auto size = size_of(path);
  if (!size) return size.error();
  std::ifstream in(path, std::ios::binary);
  if (!in) return unreadable("it cannot be read: permission denied");
  auto digest = sha256_of(in);
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
  auto metadata = read_metadata(in, *size);
  if (metadata) {
    found.metadata = std::move(metadata).value();
  } else {
    found.no_metadata = metadata.error().message;
  }
  return found;
}

std::string origin_text(const std::string& path, const std::vector<std::string>& key_paths) {
  const auto trusted = check_trust(path);
  std::string text = "trust:   ";
  text += trusted ? "only root and this user may write it" : "no, " + trusted.error().text();
  const std::string signature = path + ".sig";
  text += "\nsigned:  ";
  std::error_code failed;
  if (!std::filesystem::exists(signature, failed))
    return text + "no, there is no " + signature + "\n";
  if (key_paths.empty()) return text + "perhaps, " + signature + " is there; --key checks it\n";
  const auto good = check_signature(path, signature, key_paths);
  return text + (good ? "yes, by a key that was given" : "no, " + good.error().text()) + "\n";
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
  text += "\n";
  if (inspection.abi_majors.empty()) return text;
  if (!inspection.metadata) return text + "id:      none, " + inspection.no_metadata + "\n";
  const PluginMetadata& metadata = *inspection.metadata;
  text += metadata_text(metadata);
  return suits_this_host(inspection, metadata) ? text + yaml_of(inspection, metadata.id) : text;
}

}  // namespace adomcp::plugin_host
