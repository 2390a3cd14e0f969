#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "core/result.h"
#include "core/settings.h"

// What registries and clients are told of this server, made of its configuration. All are pure
// functions, and nothing in what they give is secret: it is what clients need to find the host.

namespace adomcp::app {

/// One server as registries see it.
struct RegistryEntry {
  std::string name;         ///< "com.example.mcp/adomcp"
  std::string url;          ///< of the MCP endpoint
  std::string version;      ///< of this program
  std::string description;  ///< at most 100 characters, as registries take
};

/// Whether registries take it as a name: reverse DNS, one slash, the server; 200 characters at
/// most.
bool is_registry_name(std::string_view name);

/// The entry of a server with these settings. `name` is the one to use; empty: the host of
/// `server.public_url` reversed, which must then be a domain. Without a `public_url` there is none.
Result<RegistryEntry> registry_entry(const Settings& settings, const std::string& name,
                                     const std::string& version);

/// The server.json that is published to a registry.
nlohmann::json server_json(const RegistryEntry& entry);

/// What a registry of this one server answers to GET /v0.1/servers; each of its `servers` is the
/// answer to GET /v0.1/servers/NAME/versions/VERSION.
nlohmann::json registry_list(const RegistryEntry& entry);

/// VS Code's mcp.json.
nlohmann::json vscode_servers(const RegistryEntry& entry);

}  // namespace adomcp::app
