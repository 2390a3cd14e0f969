#include "plugin_host/load/offer.h"

#include <algorithm>
#include <string_view>

#include "core/uri_template.h"
#include "plugin_host/load/plugin.h"
#include "plugin_host/tool_guard.h"

namespace adomcp::plugin_host {
namespace {

bool has_name(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

template <typename Items>
bool has_all(const Items& items, const std::vector<std::string>& names) {
  return std::all_of(names.begin(), names.end(),
                     [&](const std::string& name) { return has_named(items, name); });
}

/// Those that `wanted` says, ready to be served.
template <typename Item, typename Wanted>
std::vector<Item> served(const std::vector<Item>& declared,
                         const std::shared_ptr<const Plugin>& plugin,
                         const PluginSettings& settings, Wanted wanted) {
  std::vector<Item> out;
  for (const Item& item : declared) {
    if (!wanted(item)) continue;
    Item& kept = out.emplace_back(item);
    kept.timeout = settings.timeout;
    kept.plugin = plugin;
    kept.guard = std::make_shared<ToolGuard>(settings.max_concurrent);
  }
  return out;
}

template <typename Items>
auto of_plugin(const Items& items, const std::shared_ptr<const Plugin>& plugin) {
  std::vector<typename Items::mapped_type> out;
  for (const auto& [name, item] : items) {
    if (item.plugin == plugin) out.push_back(item);
  }
  return out;
}

template <typename Items>
void find_absent(const Items& items, const std::vector<std::string>& listed, const char* kind,
                 std::vector<std::string>& problems) {
  for (const std::string& name : listed) {
    if (has_named(items, name)) continue;
    problems.push_back(std::string(kind) + " '" + name + "': it is listed in " + kind +
                       "s:, but the plugin has no such " + kind);
  }
}

/// The one of `catalog` that this one would be confused with, or null.
const Callable* taken(const Catalog& catalog, const Prompt& prompt) {
  return catalog.find_prompt(prompt.name);
}

const Callable* taken(const Catalog& catalog, const Resource& resource) {
  const auto shape = shape_of(resource.name);
  for (const auto& [name, other] : catalog.resources()) {
    if (shape_of(name) == shape) return &other;
  }
  return nullptr;
}

template <typename Item>
void take_out_taken(std::vector<Item>& items, const Catalog& catalog, const char* kind,
                    std::vector<std::string>& problems) {
  const auto is_taken = [&](const Item& item) {
    const Callable* const other = taken(catalog, item);
    if (other == nullptr) return false;
    problems.push_back(std::string(kind) + " '" + item.name + "': plugin '" + other->plugin->id() +
                       "' serves it already");
    return true;
  };
  items.erase(std::remove_if(items.begin(), items.end(), is_taken), items.end());
}

}  // namespace

Offer read_offer(const std::shared_ptr<const Plugin>& plugin, const PluginSettings& settings) {
  const auto listed = [&](const std::vector<std::string>& names, const char* key) {
    return [&names, key, &plugin](const Callable& item) {
      if (has_name(names, item.name)) return true;
      plugin->log().write(ADOMCP_INFO,
                          std::string("not listed in ") + key + ":, so not served: " + item.name);
      return false;
    };
  };
  const Declared& declared = plugin->declared();
  Offer offer;
  offer.prompts = served(declared.prompts, plugin, settings, listed(settings.prompts, "prompts"));
  offer.resources =
      served(declared.resources, plugin, settings, listed(settings.resources, "resources"));
  offer.completers = served(declared.completers, plugin, settings, [&](const Callable& completer) {
    return has_named(offer.prompts, completer.name) || has_named(offer.resources, completer.name);
  });
  return offer;
}

Offer offer_of(const Catalog& catalog, const std::shared_ptr<const Plugin>& plugin) {
  return {of_plugin(catalog.prompts(), plugin), of_plugin(catalog.resources(), plugin),
          of_plugin(catalog.completers(), plugin)};
}

bool is_complete(const Offer& offer, const PluginSettings& settings) {
  return has_all(offer.prompts, settings.prompts) && has_all(offer.resources, settings.resources);
}

std::vector<std::string> settle(Offer& offer, const Catalog& catalog,
                                const PluginSettings& settings) {
  std::vector<std::string> problems;
  find_absent(offer.prompts, settings.prompts, "prompt", problems);
  find_absent(offer.resources, settings.resources, "resource", problems);
  take_out_taken(offer.prompts, catalog, "prompt", problems);
  take_out_taken(offer.resources, catalog, "resource", problems);
  auto& completers = offer.completers;
  completers.erase(std::remove_if(completers.begin(), completers.end(),
                                  [&](const Callable& completer) {
                                    return !has_named(offer.prompts, completer.name) &&
                                           !has_named(offer.resources, completer.name);
                                  }),
                   completers.end());
  return problems;
}

}  // namespace adomcp::plugin_host
