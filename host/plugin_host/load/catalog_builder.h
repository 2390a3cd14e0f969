#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/settings.h"
#include "plugin_host/catalog.h"
#include "plugin_host/load/offer.h"

extern "C" {
struct adomcp_host;
}

namespace spdlog {
class logger;
}

namespace adomcp::plugin_host {

/// Makes a Catalog from the configuration. A plugin with a defect is left out, as is a tool, prompt
/// or resource that is missing, refused or already taken; each becomes a Problem and the rest is
/// served.
class CatalogBuilder {
 public:
  /// Why a tool can't be served although its descriptor is sound, e.g. an unsupported schema
  /// keyword; nullopt when it can.
  using ToolCheck = std::function<std::optional<std::string>(const Tool&)>;

  /// `host` is what every plugin gets in start(), and lives as long as the process.
  CatalogBuilder(std::shared_ptr<spdlog::logger> logger, const adomcp_host& host,
                 ToolCheck check = {});

  /// Loads and starts every plugin, in order. Never throws for what a plugin does.
  std::shared_ptr<const Catalog> build(const std::vector<PluginSettings>& plugins) const;

  /// A whole new generation beside `old`, or nothing but the reasons: one Problem refuses it all.
  /// What is declared as `before`, has the file it had and may still be trusted is shared with
  /// `old` and isn't restarted; everything else is loaded from a copy of its own and started.
  struct Rebuilt {
    std::shared_ptr<const Catalog> catalog;  ///< null when there are problems
    std::vector<Problem> problems;
  };
  Rebuilt rebuild(const Catalog& old, const std::vector<PluginSettings>& before,
                  const std::vector<PluginSettings>& plugins) const;

 private:
  void add(Catalog& catalog, const PluginSettings& settings) const;
  void share(Catalog& catalog, const Catalog& old, const std::shared_ptr<const Plugin>& plugin,
             const PluginSettings& settings) const;
  bool serve(Catalog& catalog, const PluginSettings& settings,
             const std::shared_ptr<const Plugin>& plugin, std::vector<Tool> tools,
             Offer offer) const;
  std::vector<Tool> servable(Catalog& catalog, const PluginSettings& settings,
                             std::vector<Tool> tools) const;

  std::shared_ptr<spdlog::logger> logger_;
  const adomcp_host* host_;
  ToolCheck check_;
};

}  // namespace adomcp::plugin_host
