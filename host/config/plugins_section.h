#pragma once

#include <map>
#include <string>
#include <vector>

#include "config/yaml_reader.h"
#include "core/settings.h"

namespace adomcp::config {

/// Reads `plugins` of one file after another and sees to it that ids and tool names are unique
/// across them.
class PluginsSection {
 public:
  /// `plugin_directories`: where relative library names are looked for after the YAML file's own
  /// folder; absolute.
  explicit PluginsSection(std::vector<std::string> plugin_directories)
      : directories_(std::move(plugin_directories)) {}

  /// Adds the list in `field`; `folder` is that of its file.
  void read(const Field& field, const std::string& folder, Problems& problems);

  std::vector<PluginSettings> take() { return std::move(plugins_); }

 private:
  PluginSettings read_one(const Field& item, const std::string& folder, Problems& problems);
  std::string read_id(const Field& field, const Field& item);
  std::vector<std::string> read_tools(const Field& field, const std::string& plugin);
  std::string resolve_library(const std::string& name, const std::string& folder) const;

  std::vector<std::string> directories_;
  std::vector<PluginSettings> plugins_;
  std::map<std::string, std::string> ids_;    // name -> place
  std::map<std::string, std::string> tools_;  // name -> place
};

}  // namespace adomcp::config
