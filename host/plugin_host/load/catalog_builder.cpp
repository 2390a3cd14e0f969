#include "plugin_host/load/catalog_builder.h"

#include <algorithm>
#include <fstream>
#include <utility>

#include "core/sha256.h"
#include "observe/logging.h"
#include "plugin_host/load/file_trust.h"
#include "plugin_host/load/plugin.h"
#include "plugin_host/load/process_state.h"
#include "plugin_host/load/signature.h"
#include "plugin_host/load/tool_reader.h"

namespace adomcp::plugin_host {
namespace {

constexpr const char* kNothingToServe = "nothing of it can be served";

template <typename Items>
void move_into(Items& items, std::vector<typename Items::mapped_type> from) {
  for (auto& item : from) {
    std::string name = item.name;
    items.emplace(std::move(name), std::move(item));
  }
}

Problem problem(const PluginSettings& settings, const std::string& why) {
  return {settings.id, "plugin '" + settings.id + "' (" + settings.library + "): " + why,
          settings.declared_at};
}

std::string meddled(const std::vector<std::string>& changed) {
  std::string list;
  for (const auto& what : changed) list += (list.empty() ? "" : ", ") + what;
  return "it changed " + list + "; a plugin must leave the process as it is (this was put back)";
}

/// Moving a plugin's lines within the YAML changes nothing about it.
bool same(PluginSettings one, const PluginSettings& other) {
  one.declared_at = other.declared_at;
  return one == other;
}

/// The checks of Plugin::load on a file that is loaded already: what was revoked isn't shared.
bool still_good(const Plugin& plugin, const PluginSettings& settings) {
  std::ifstream file(settings.library, std::ios::binary);
  const auto digest = sha256_of(file);
  if (!digest || *digest != plugin.sha256()) return false;
  if (!settings.development && !check_trust(settings.library)) return false;
  return settings.keys.empty() ||
         check_signature(settings.library, settings.library + ".sig", settings.keys);
}

/// Whether all that is listed is served: one with a Problem is read again.
bool complete(const Catalog& catalog, const std::shared_ptr<const Plugin>& plugin,
              const PluginSettings& settings) {
  if (!plugin->declared().problems.empty()) return false;
  if (!is_complete(offer_of(catalog, plugin), settings)) return false;
  return std::all_of(settings.tools.begin(), settings.tools.end(), [&](const std::string& name) {
    const Tool* tool = catalog.find(name);
    return tool != nullptr && tool->plugin == plugin;
  });
}

/// The plugin of `old` that may go on as it is, or null.
std::shared_ptr<const Plugin> unchanged(const Catalog& old,
                                        const std::vector<PluginSettings>& before,
                                        const PluginSettings& settings) {
  const bool declared = std::any_of(before.begin(), before.end(),
                                    [&](const auto& former) { return same(former, settings); });
  if (!declared) return nullptr;
  for (const auto& plugin : old.plugins()) {
    if (plugin->id() != settings.id) continue;
    const bool good = complete(old, plugin, settings) && still_good(*plugin, settings);
    return good ? plugin : nullptr;
  }
  return nullptr;
}

}  // namespace

CatalogBuilder::CatalogBuilder(std::shared_ptr<spdlog::logger> logger, const adomcp_host& host,
                               ToolCheck check)
    : logger_(std::move(logger)), host_(&host), check_(std::move(check)) {}

std::shared_ptr<const Catalog> CatalogBuilder::build(
    const std::vector<PluginSettings>& plugins) const {
  auto catalog = std::make_shared<Catalog>();
  for (const PluginSettings& settings : plugins) add(*catalog, settings);
  for (const Problem& found : catalog->problems_) {
    logger_->error("{}{}{}", found.declared_at, found.declared_at.empty() ? "" : ": ",
                   found.message);
  }
  return catalog;
}

CatalogBuilder::Rebuilt CatalogBuilder::rebuild(const Catalog& old,
                                                const std::vector<PluginSettings>& before,
                                                const std::vector<PluginSettings>& plugins) const {
  auto catalog = std::make_shared<Catalog>();
  for (const PluginSettings& settings : plugins) {
    if (const auto plugin = unchanged(old, before, settings)) {
      share(*catalog, old, plugin, settings);
    } else {
      add(*catalog, settings);
    }
  }
  if (catalog->problems_.empty()) return {std::move(catalog), {}};
  return {nullptr, catalog->problems_};
}

/// Its tools go with all that the host counts for them, but through the checks of now.
void CatalogBuilder::share(Catalog& catalog, const Catalog& old,
                           const std::shared_ptr<const Plugin>& plugin,
                           const PluginSettings& settings) const {
  std::vector<Tool> tools;
  for (const auto& [name, tool] : old.tools()) {
    if (tool.plugin == plugin) tools.push_back(tool);
  }
  tools = servable(catalog, settings, std::move(tools));
  serve(catalog, settings, plugin, std::move(tools), offer_of(old, plugin));
}

void CatalogBuilder::add(Catalog& catalog, const PluginSettings& settings) const {
  const auto refuse = [&](const std::string& why) {
    catalog.problems_.push_back(problem(settings, why));
  };
  const auto same_id = [&](const auto& plugin) { return plugin->id() == settings.id; };
  if (std::any_of(catalog.plugins_.begin(), catalog.plugins_.end(), same_id)) {
    return refuse("another plugin has this id already");
  }
  const ProcessState before;
  const auto plugin = Plugin::load(settings, logger_);
  if (!plugin) return refuse(plugin.error().text());
  auto read = read_tools(*plugin, settings);
  if (!read) return refuse(read.error().text());
  auto tools = servable(catalog, settings, std::move(read).value());
  const bool tools_alone = settings.prompts.empty() && settings.resources.empty();
  if (tools.empty() && tools_alone) return refuse(kNothingToServe);
  if (const auto started = (*plugin)->start(*host_, settings.settings_json); !started) {
    return refuse(started.error().text());
  }
  if (const auto changed = before.restore(); !changed.empty()) return refuse(meddled(changed));
  const Declared& declared = (*plugin)->declared();
  for (const std::string& wrong : declared.problems) refuse(wrong);
  for (Tool& tool : tools) {
    const auto& tasks = declared.tasks;
    tool.may_be_task = std::find(tasks.begin(), tasks.end(), tool.name) != tasks.end();
    const auto link = declared.app_links.find(tool.name);
    if (link != declared.app_links.end()) tool.app = link->second;
  }
  if (!serve(catalog, settings, *plugin, std::move(tools), read_offer(*plugin, settings))) {
    refuse(kNothingToServe);
  }
}

/// False when there is nothing of it; then the plugin isn't kept.
bool CatalogBuilder::serve(Catalog& catalog, const PluginSettings& settings,
                           const std::shared_ptr<const Plugin>& plugin, std::vector<Tool> tools,
                           Offer offer) const {
  for (const std::string& wrong : settle(offer, catalog, settings)) {
    catalog.problems_.push_back(problem(settings, wrong));
  }
  if (tools.empty() && offer.prompts.empty() && offer.resources.empty()) return false;
  catalog.plugins_.push_back(plugin);
  move_into(catalog.tools_, std::move(tools));
  move_into(catalog.prompts_, std::move(offer.prompts));
  move_into(catalog.resources_, std::move(offer.resources));
  move_into(catalog.completers_, std::move(offer.completers));
  return true;
}

std::vector<Tool> CatalogBuilder::servable(Catalog& catalog, const PluginSettings& settings,
                                           std::vector<Tool> tools) const {
  const auto refuse = [&](const std::string& tool, const std::string& why) {
    catalog.problems_.push_back(problem(settings, "tool '" + tool + "': " + why));
  };
  for (const std::string& listed : settings.tools) {
    const auto named = [&](const Tool& tool) { return tool.name == listed; };
    if (std::none_of(tools.begin(), tools.end(), named)) {
      refuse(listed, "it is listed in tools:, but the plugin has no such tool");
    }
  }
  const auto unservable = [&](const Tool& tool) {
    if (const Tool* taken = catalog.find(tool.name)) {
      refuse(tool.name, "plugin '" + taken->plugin->id() + "' serves a tool of this name already");
      return true;
    }
    const auto reason = check_ ? check_(tool) : std::nullopt;
    if (reason) refuse(tool.name, *reason);
    return reason.has_value();
  };
  tools.erase(std::remove_if(tools.begin(), tools.end(), unservable), tools.end());
  return tools;
}

}  // namespace adomcp::plugin_host
