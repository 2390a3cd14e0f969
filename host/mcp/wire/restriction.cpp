#include "mcp/wire/restriction.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/text.h"

namespace adomcp::mcp {
namespace {

constexpr std::size_t kMaxNames = 256;
constexpr std::size_t kMaxName = 128;

RpcError malformed(const char* header, const char* wanted) {
  return {400, -32602, std::string("The header ") + header + " must be " + wanted, nullptr};
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= kMaxName &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '_' || c == '-' || c == '.' || c == '/';
         });
}

/// A list as HTTP has them: blanks around the commas and empty entries mean nothing. Empty when it
/// holds no name, too many, or something else.
std::vector<std::string> names_in(std::string_view list) {
  std::vector<std::string> names;
  while (!list.empty()) {
    const auto entry = list.substr(0, list.find(','));
    list.remove_prefix(std::min(list.size(), entry.size() + 1));
    const auto name = trim(entry);
    if (name.empty()) continue;
    if (!is_name(name) || names.size() == kMaxNames) return {};
    names.emplace_back(name);
  }
  return names;
}

/// False when the header is there but no list of names.
bool read_names(const HttpRequest& http_request, const char* header,
                std::optional<std::vector<std::string>>& out) {
  const auto value = http_request.header(header);
  if (!value) return true;
  out = names_in(*value);
  return !out->empty();
}

bool read_flag(const HttpRequest& http_request, const char* header, bool& out) {
  const auto value = http_request.header(header);
  if (!value) return true;
  out = iequals(trim(*value), "true");
  return out || iequals(trim(*value), "false");
}

}  // namespace

std::variant<policy::Restriction, RpcError> read_restriction(const HttpRequest& http_request) {
  policy::Restriction out;
  if (!read_flag(http_request, "X-MCP-Readonly", out.read_only)) {
    return malformed("X-MCP-Readonly", "true or false");
  }
  if (!read_names(http_request, "X-MCP-Tools", out.tools)) {
    return malformed("X-MCP-Tools", "names of tools with commas between them, 256 at most");
  }
  if (!read_names(http_request, "X-MCP-Toolsets", out.toolsets)) {
    return malformed("X-MCP-Toolsets",
                     "names of toolsets or ids of plugins with commas between them, 256 at most");
  }
  return out;
}

}  // namespace adomcp::mcp
