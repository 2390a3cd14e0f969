#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "config/environment.h"
#include "config/yaml_reader.h"
#include "core/settings.h"

namespace adomcp::config {

/// `development`: whether plugins go without a pin. An error on hosting platforms.
bool read_development(const Field& field, const Environment& environment);

/// `plugin_keys`: absolute paths of PEM files with the public keys that plugins are signed with.
std::vector<std::string> read_plugin_keys(const Field& field, const std::string& folder);

/// Reads `plugins` of one file after another and sees to it that ids, and the names of what
/// is served, are unique across them.
class PluginsSection {
 public:
  /// `plugin_directories`: where relative library names are looked for after the YAML file's own
  /// folder; absolute.
  explicit PluginsSection(std::vector<std::string> plugin_directories)
      : directories_(std::move(plugin_directories)) {}

  /// Adds the list in `field`; `folder` is that of its file.
  void read(const Field& field, const std::string& folder, Problems& problems);

  /// All plugins; the arguments hold for each.
  std::vector<PluginSettings> take(bool development, const std::vector<std::string>& keys);

 private:
  PluginSettings read_one(const Field& item, const std::string& folder, Problems& problems);
  std::string read_id(const Field& field, const Field& item);
  /// What one of the lists of what is served holds.
  struct Kind {
    std::string word;  ///< "tool"
    bool (*has_form)(std::string_view);
    std::string_view form;  ///< for messages
  };
  void read_served(const Mapping& plugin, PluginSettings& out);
  std::vector<std::string> read_list(const Field& field, const Kind& kind,
                                     const std::string& plugin);
  std::string resolve_library(const std::string& name, const std::string& folder) const;

  std::vector<std::string> directories_;
  std::vector<PluginSettings> plugins_;
  std::map<std::string, std::string> ids_;                            // name -> place
  std::map<std::string, std::map<std::string, std::string>> places_;  // kind -> name -> place
};

}  // namespace adomcp::config
