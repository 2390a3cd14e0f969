#include "app/reload/access_warnings.h"

#include <string>

#include "observe/logging.h"

namespace adomcp::app {
namespace {

template <typename Map>
std::vector<std::string> names_in(const Map& map) {
  std::vector<std::string> names;
  names.reserve(map.size());
  for (const auto& [name, item] : map) names.push_back(name);
  return names;
}

void append(std::vector<std::string>& out, const std::vector<std::string>& more) {
  out.insert(out.end(), more.begin(), more.end());
}

}  // namespace

policy::Grantable served(const plugin_host::Catalog& catalog) {
  return {names_in(catalog.tools()), names_in(catalog.prompts()), names_in(catalog.resources())};
}

policy::Grantable declared(const std::vector<PluginSettings>& plugins) {
  policy::Grantable out;
  for (const auto& plugin : plugins) {
    out = both(std::move(out), {plugin.tools, plugin.prompts, plugin.resources});
  }
  return out;
}

policy::Grantable both(policy::Grantable one, const policy::Grantable& other) {
  append(one.tools, other.tools);
  append(one.prompts, other.prompts);
  append(one.resources, other.resources);
  return one;
}

std::vector<std::string> access_warnings(const AuthSettings& auth, const policy::Access& access) {
  if (auth.mode == "none" || !access.rules.empty() || !access.default_allow) return {};
  const std::string what = access.read_only ? "every tool that reads" : "every tool";
  return {"access.rules is empty: everybody who can sign in may use " + what +
          ". Add rules, or see to it that only the right people can sign in (Entra: assignment "
          "required)"};
}

void log_access_warnings(spdlog::logger& log, const AuthSettings& auth,
                         const policy::Access& access) {
  for (const auto& line : access_warnings(auth, access)) log.warn("{}", line);
}

}  // namespace adomcp::app
