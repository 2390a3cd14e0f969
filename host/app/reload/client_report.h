#pragma once

#include <string>
#include <vector>

#include "core/settings.h"
#include "mcp/catalog/client_schemas.h"

namespace adomcp::plugin_host {
class Catalog;
}

namespace adomcp::app {

/// Names for the command line: the clients, and "all".
std::vector<std::string> client_names();

/// The clients of these names, each once; names that are none are left out.
std::vector<mcp::ClientKind> clients_of(const std::vector<std::string>& names);

/// One line for each tool whose schemas some client certainly doesn't take, with its place.
std::vector<std::string> client_warnings(const plugin_host::Catalog& catalog,
                                         const Settings& settings);

/// One line for each tool whose app nobody serves, with its place.
std::vector<std::string> app_warnings(const plugin_host::Catalog& catalog,
                                      const Settings& settings);

/// One line for each thing that `client` doesn't take of what is served, with its place.
std::vector<std::string> client_problems(const plugin_host::Catalog& catalog,
                                         const Settings& settings, mcp::ClientKind client);

}  // namespace adomcp::app
