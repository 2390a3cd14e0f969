#include "mcp/wire/client.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/json.h"
#include "core/log_level.h"
#include "mcp/wire/apps.h"

namespace adomcp::mcp {

nlohmann::json capabilities_of(const Served& served) {
  using nlohmann::json;
  auto list = json::object();
  if (served.list_changed) list["listChanged"] = true;
  json out = {{"tools", list}};
  if (served.prompts) out["prompts"] = list;
  if (served.resources) {
    out["resources"] = list;
    if (served.subscribe) out["resources"]["subscribe"] = true;
  }
  if (served.completions) out["completions"] = json::object();
  if (served.logging) out["logging"] = json::object();
  if (served.tasks) out["extensions"]["io.modelcontextprotocol/tasks"] = json::object();
  if (served.apps) out["extensions"][kAppsKey] = json::object();
  return out;
}

namespace {

using nlohmann::json;

constexpr char kCapabilitiesKey[] = "io.modelcontextprotocol/clientCapabilities";
constexpr char kLogLevelKey[] = "io.modelcontextprotocol/logLevel";
constexpr char kProgressTokenKey[] = "progressToken";
constexpr std::size_t kMostTokenBytes = 1024;

/// Modern: the envelope is wrong, as in detect_era.
RpcError invalid(Era era, const char* message) {
  return {era == Era::kModern ? 400 : 200, -32602, std::string("Invalid params: ") + message,
          nullptr};
}

}  // namespace

nlohmann::json capabilities_in(const Request& request) {
  const json* meta = member(request.params, "_meta");
  const json* found = meta == nullptr ? nullptr : member(*meta, kCapabilitiesKey);
  return found != nullptr && found->is_object() ? *found : json::object();
}

bool shows_apps(const json& capabilities) {
  const json* extensions = member(capabilities, "extensions");
  const json* apps = extensions == nullptr ? nullptr : member(*extensions, kAppsKey);
  const json* types = apps == nullptr ? nullptr : member(*apps, "mimeTypes");
  return types != nullptr && types->is_array() &&
         std::find(types->begin(), types->end(), kAppType) != types->end();
}

std::variant<Client, RpcError> read_client(Era era, const Request& request) {
  Client client;
  client.era = era;
  if (era == Era::kLegacy) client.revision = kNewestLegacyRevision;
  const json* meta = member(request.params, "_meta");
  if (meta == nullptr) return client;
  if (const json* token = member(*meta, kProgressTokenKey)) {
    client.progress_token = json_text(*token);
    const bool fits = token->is_string() || token->is_number_integer();
    if (!fits) return invalid(era, "progressToken must be a string or an integer");
    if (client.progress_token.size() > kMostTokenBytes) {
      return invalid(era, "progressToken is longer than 1024 bytes");
    }
  }
  if (era == Era::kLegacy) return client;
  client.capabilities = capabilities_in(request);
  if (const json* level = member(*meta, kLogLevelKey)) {
    if (!level->is_string() || log_level_rank(level->get_ref<const std::string&>()) < 0) {
      return invalid(era, "io.modelcontextprotocol/logLevel must be one of MCP's log levels");
    }
    client.log_level = level->get<std::string>();
  }
  return client;
}

}  // namespace adomcp::mcp
