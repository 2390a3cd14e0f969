#include "config/plugins_section.h"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "config/files.h"
#include "config/forms.h"
#include "core/json.h"
#include "core/text.h"

namespace adomcp::config {
namespace {

using std::chrono::milliseconds;

constexpr std::int64_t kMostAtATime = 64;

constexpr std::string_view kNameForm = "must be 1 to 64 letters, digits, '_', '.' or '-', not ";
constexpr std::string_view kUriForm =
    "must be a URI like build://latest, or a template like build://{id}/log, not ";

std::string read_sha256(const Field& field) {
  const auto text = field.text();
  if (!text) return {};
  if (!is_sha256(*text)) field.complain("must be 64 hex digits, not " + field.shown());
  return to_lower(*text);
}

std::string read_plugin_settings(const Field& field) {
  if (!field.present() || field.node()->broken) return "{}";
  if (field.node()->kind != YamlNode::Kind::kMapping) {
    field.complain("must be a mapping");
    return "{}";
  }
  // The environment may have brought bytes that aren't UTF-8.
  return json_text(to_json(*field.node()));
}

}  // namespace

bool read_development(const Field& field, const Environment& environment) {
  const bool development = field.boolean().value_or(false);
  const auto platform = hosting_variable(environment);
  if (development && !platform.empty()) {
    field.complain("is for the machine where plugins are written, not for a hosting platform; " +
                   platform + " is set. Pin the plugins: adomcp pin");
  }
  return development;
}

std::vector<std::string> read_plugin_keys(const Field& field, const std::string& folder) {
  std::vector<std::string> out;
  for (const auto& item : field.texts()) {
    auto path = absolute_path(item.node()->text, folder);
    if (const auto why = why_unreadable(path)) {
      item.complain("names " + path + ", which " + *why);
    }
    out.push_back(std::move(path));
  }
  if (field.is_empty_list()) field.complain("must list at least one key, or be left out");
  return out;
}

std::vector<PluginSettings> PluginsSection::take(bool development,
                                                 const std::vector<std::string>& keys) {
  for (auto& plugin : plugins_) {
    plugin.development = development;
    plugin.keys = keys;
  }
  return std::move(plugins_);
}

void PluginsSection::read(const Field& field, const std::string& folder, Problems& problems) {
  for (const auto& item : field.items()) plugins_.push_back(read_one(item, folder, problems));
}

PluginSettings PluginsSection::read_one(const Field& item, const std::string& folder,
                                        Problems& problems) {
  PluginSettings out;
  out.declared_at = item.place();
  const Mapping plugin(item, "plugins[]", problems);
  if (!plugin) return out;
  out.id = read_id(plugin["id"].required(), item);
  if (const auto library = plugin["library"].required().text()) {
    out.library = resolve_library(*library, folder);
  }
  out.sha256 = read_sha256(plugin["sha256"]);
  read_served(plugin, out);
  out.timeout =
      plugin["timeout"].duration(milliseconds(100), milliseconds(600000)).value_or(out.timeout);
  const auto at_a_time = plugin["max_concurrent"].integer(1, kMostAtATime);
  if (at_a_time) out.max_concurrent = static_cast<unsigned>(*at_a_time);
  out.settings_json = read_plugin_settings(plugin["settings"]);
  return out;
}

std::string PluginsSection::read_id(const Field& field, const Field& item) {
  const auto id = field.text();
  if (!id) return item.path();
  if (!is_tool_name(*id)) {
    field.complain(std::string(kNameForm) + field.shown());
    return *id;
  }
  const auto [first, added] = ids_.emplace(*id, field.place());
  if (!added) field.complain("'" + *id + "' is taken; the other plugin is at " + first->second);
  return *id;
}

void PluginsSection::read_served(const Mapping& plugin, PluginSettings& out) {
  const bool others = plugin["prompts"].present() || plugin["resources"].present();
  if (!others) plugin["tools"].required("list the tools to serve");
  out.tools = read_list(plugin["tools"], {"tool", is_tool_name, kNameForm}, out.id);
  out.prompts = read_list(plugin["prompts"], {"prompt", is_tool_name, kNameForm}, out.id);
  out.resources = read_list(plugin["resources"], {"resource", is_resource, kUriForm}, out.id);
}

std::vector<std::string> PluginsSection::read_list(const Field& field, const Kind& kind,
                                                   const std::string& plugin) {
  std::vector<std::string> out;
  auto& places = places_[kind.word];
  for (const auto& item : field.texts()) {
    const std::string& name = item.node()->text;
    if (!kind.has_form(name)) {
      item.complain(std::string(kind.form) + item.shown());
      continue;
    }
    const auto [first, added] = places.emplace(name, item.place());
    if (!added) {
      std::string text = "names the ";
      text.append(kind.word).append(" '").append(name).append("' of plugin '").append(plugin);
      text.append("' a second time; the first is at ").append(first->second);
      item.complain(text);
    }
    out.push_back(name);
  }
  if (field.is_empty_list()) field.complain("must list at least one " + kind.word);
  return out;
}

std::string PluginsSection::resolve_library(const std::string& name,
                                            const std::string& folder) const {
  std::string beside = absolute_path(name, folder);
  std::error_code error;
  if (beside == name || std::filesystem::exists(beside, error)) return beside;
  for (const auto& directory : directories_) {
    auto candidate = absolute_path(name, directory);
    if (std::filesystem::exists(candidate, error)) return candidate;
  }
  return directories_.empty() ? beside : absolute_path(name, directories_.front());
}

}  // namespace adomcp::config
