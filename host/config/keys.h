#pragma once

#include <string_view>
#include <vector>

namespace adomcp::config {

/// The keys that one mapping may hold. `path` is dotted from the top, `[]` stands for any item:
/// "azure_devops.organizations[].projects[]". What is the same in several places has a name of its
/// own: "managed_identity".
struct KeySet {
  std::string_view path;
  std::vector<std::string_view> keys;
};

/// Every mapping of the configuration. The keys of `plugins[].settings` are the plugin's own.
const std::vector<KeySet>& known_keys();

/// The keys of the mapping at `path`, which must be one of known_keys().
const std::vector<std::string_view>& keys_of(std::string_view path);

}  // namespace adomcp::config
