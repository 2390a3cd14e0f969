#include "plugin_host/catalog.h"

#include <utility>

namespace adomcp::plugin_host {

const Tool* Catalog::find(std::string_view name) const {
  const auto found = tools_.find(name);
  return found == tools_.end() ? nullptr : &found->second;
}

const Prompt* Catalog::find_prompt(std::string_view name) const {
  const auto found = prompts_.find(name);
  return found == prompts_.end() ? nullptr : &found->second;
}

FoundResource Catalog::find_resource(std::string_view uri) const {
  const auto found = resources_.find(uri);
  if (found != resources_.end() && !found->second.is_template) return {&found->second};
  for (const auto& [name, resource] : resources_) {
    if (!resource.is_template) continue;
    if (auto variables = match_uri(name, uri)) return {&resource, std::move(*variables)};
  }
  return {};
}

}  // namespace adomcp::plugin_host
