#include "plugin_host/load/plugin_metadata.h"

#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "core/json.h"
#include "plugin_host/load/elf_reader.h"

namespace adomcp::plugin_host {
namespace {

constexpr std::string_view kSection = "adomcp";
constexpr unsigned kMaxNumber = 0xFFFF;

Error refused(std::string why) {
  return {ErrorCode::kInvalid, std::move(why), ""};
}

std::optional<unsigned> number_in(std::string_view digits) {
  unsigned number = 0;
  const char* end = digits.data() + digits.size();
  const auto parsed = std::from_chars(digits.data(), end, number);
  if (parsed.ec != std::errc() || parsed.ptr != end || number > kMaxNumber) return std::nullopt;
  return number;
}

}  // namespace

Result<PluginMetadata> read_metadata(std::istream& in, std::uint64_t size) {
  const auto texts = section_texts(in, size, kSection);
  if (!texts) return texts.error();
  if (texts->empty()) {
    return refused(
        "it has no adomcp section, which says what it is before it is loaded; if another SDK built "
        "it, build it with this host's: ADOMCP_PLUGIN adds the section, in C ADOMCP_METADATA does");
  }
  if (texts->size() > 1) {
    return refused("its adomcp section holds " + std::to_string(texts->size()) +
                   " texts; use ADOMCP_PLUGIN or ADOMCP_METADATA once in a plugin");
  }
  return parse_metadata(texts->front());
}

Result<PluginMetadata> parse_metadata(std::string_view text) {
  const auto json = json_from(text);
  if (!json.is_object()) return refused("its adomcp section does not hold a JSON object");
  const std::string abi = text_at(json, "abi");
  const auto dot = abi.find('.');
  const auto major = number_in(std::string_view(abi).substr(0, dot));
  const auto minor =
      dot == std::string::npos ? std::nullopt : number_in(std::string_view(abi).substr(dot + 1));
  if (!major || !minor) {
    return refused(R"(its adomcp section lacks the ABI it was built for, such as "abi":"0.1")");
  }
  PluginMetadata found{*major, *minor, text_at(json, "id"), text_at(json, "version")};
  if (found.id.empty()) {
    return refused(R"(its adomcp section lacks its id, such as "id":"pipeline-runs")");
  }
  if (found.version.empty()) {
    return refused(R"(its adomcp section lacks its version, such as "version":"1.0.0")");
  }
  return found;
}

std::string abi_text(unsigned major, unsigned minor) {
  return std::to_string(major) + "." + std::to_string(minor);
}

}  // namespace adomcp::plugin_host
