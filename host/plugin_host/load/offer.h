#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/settings.h"
#include "plugin_host/catalog.h"

namespace adomcp::plugin_host {

/// What one plugin offers beside its tools, and the YAML lists.
struct Offer {
  std::vector<Prompt> prompts;
  std::vector<Resource> resources;
  std::vector<Callable> completers;  ///< of these prompts and templates
};

/// Of a started plugin, with a new guard for each. What isn't listed is logged and left out, and a
/// completer goes with what it completes.
Offer read_offer(const std::shared_ptr<const Plugin>& plugin, const PluginSettings& settings);

/// What `catalog` has of `plugin`, with all that the host counts for it.
Offer offer_of(const Catalog& catalog, const std::shared_ptr<const Plugin>& plugin);

/// Whether `offer` has all prompts and resources that are listed.
bool is_complete(const Offer& offer, const PluginSettings& settings);

/// Takes out what `catalog` has of another plugin already. Gives a line for each, and for what is
/// listed without being there.
std::vector<std::string> settle(Offer& offer, const Catalog& catalog,
                                const PluginSettings& settings);

}  // namespace adomcp::plugin_host
