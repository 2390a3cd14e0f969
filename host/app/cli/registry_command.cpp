#include "app/cli/registry_command.h"

#include <iostream>
#include <nlohmann/json.hpp>

#include "app/cli/registry_entry.h"
#include "app/reload/configuration.h"
#include "core/json.h"

namespace adomcp::app {
namespace {

struct Format {
  const char* name;
  nlohmann::json (*make)(const RegistryEntry&);
};

constexpr Format kFormats[] = {
    {"server.json", server_json}, {"vscode", vscode_servers}, {"v0.1", registry_list}};

}  // namespace

int registry(const Arguments& given) {
  const auto settings = load_settings(given.config, config::process_environment());
  if (!settings) return kBadConfiguration;
  const auto entry = registry_entry(*settings, given.name, ADOMCP_VERSION);
  if (!entry) {
    std::cerr << given.config << ": " << entry.error().text() << '\n';
    return kBadConfiguration;
  }
  for (const auto& format : kFormats) {
    if (given.format != format.name) continue;
    std::cout << pretty_json_text(format.make(*entry)) << '\n';
    return kGood;
  }
  return kBadConfiguration;
}

std::vector<std::string> registry_formats() {
  std::vector<std::string> out;
  for (const auto& format : kFormats) out.emplace_back(format.name);
  return out;
}

}  // namespace adomcp::app
