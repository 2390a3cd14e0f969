#include "config/load.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "config/access_section.h"
#include "config/audit_section.h"
#include "config/auth_section.h"
#include "config/azure_devops_section.h"
#include "config/credential_section.h"
#include "config/document.h"
#include "config/files.h"
#include "config/forms.h"
#include "config/plugins_section.h"
#include "config/server_section.h"
#include "config/state_section.h"
#include "config/telemetry_section.h"
#include "config/toolsets_section.h"
#include "config/yaml_reader.h"
#include "core/text.h"

namespace adomcp::config {
namespace {

namespace fs = std::filesystem;

std::optional<YamlNode> read_document(const Environment& environment, Problems& problems) {
  const auto text = read_file(problems);
  if (!text) return std::nullopt;
  Expander expander(environment, problems);
  return parse_document(*text, &expander, problems);
}

std::string read_log_level(const Field& field, const Environment& environment, Problems& problems) {
  const std::vector<std::string_view> levels = {"trace", "debug", "info", "warn", "error"};
  auto level = field.choice(levels).value_or("info");
  auto wanted = to_lower(trim(variable(environment, "LOG_LEVEL")));
  if (wanted.empty()) return level;
  if (wanted == "warning") wanted = "warn";
  if (std::find(levels.begin(), levels.end(), wanted) == levels.end()) {
    problems.add(field.mark(), "LOG_LEVEL must be trace, debug, info, warn or error");
    return level;
  }
  return wanted;
}

ClientSchemas read_client_schemas(const Field& field) {
  const bool strict = field.choice({"warn", "strict"}).value_or("warn") == "strict";
  return strict ? ClientSchemas::kStrict : ClientSchemas::kWarn;
}

/// `on` and `off` are booleans to readers of YAML 1.1, so these are taken, too.
bool read_untrusted_notice(const Field& field) {
  const auto said = field.choice({"on", "off", "true", "false"}).value_or("on");
  return said == "on" || said == "true";
}

/// Reads the main file; its plugins go to `plugins`, with those of the other files.
Settings read_main(const std::string& path, const Environment& environment, PluginsSection& plugins,
                   Problems& problems) {
  Settings out;
  const auto document = read_document(environment, problems);
  if (!document) return out;
  const std::string folder = folder_of(path);
  const Field top(&*document, "", {}, problems);
  const Mapping root(top, "", problems);
  if (!root) return out;
  out.server = read_server(root["server"], folder, problems);
  const CredentialReader credentials(environment, problems);
  out.auth = read_auth(root["auth"], out.server, environment, credentials, problems);
  const auto before = problems.count();
  out.organizations =
      read_azure_devops(root["azure_devops"], environment, credentials, out.auth, problems);
  const bool complete = problems.count() == before;  // else a rule may name what is broken
  out.access =
      read_access(root["access"], out.auth, complete ? &out.organizations : nullptr, problems);
  out.access.toolsets = read_toolsets(root["toolsets"], problems);
  out.development = read_development(root["development"], environment);
  out.plugin_keys = read_plugin_keys(root["plugin_keys"], folder);
  plugins.read(root["plugins"], folder, problems);
  out.client_schemas = read_client_schemas(root["client_schemas"]);
  out.audit = read_audit(root["audit"], folder, credentials, problems);
  out.state = read_state(root["state"], environment, credentials, problems);
  out.legacy = read_legacy(root["legacy"], environment, problems);
  out.untrusted_notice = read_untrusted_notice(root["untrusted_notice"]);
  out.log_level = read_log_level(root["log_level"], environment, problems);
  const bool json = root["log_format"].choice({"text", "json"}) == "json";
  out.log_format = json ? LogFormat::kJson : LogFormat::kText;
  out.traces = read_telemetry(root["telemetry"], problems);
  return out;
}

/// A file of plugins.d: a top-level list `plugins` and nothing else.
void read_plugin_file(const std::string& path, const Environment& environment,
                      PluginsSection& plugins, Problems& problems) {
  if (!path.ends_with(".yaml")) {
    return problems.add({}, "is not read; files in plugins.d end in .yaml");
  }
  const auto document = read_document(environment, problems);
  if (!document) return;
  const Field top(&*document, "", {}, problems);
  const Mapping root(top, "plugin file", problems);
  if (root) plugins.read(root["plugins"].required(), folder_of(path), problems);
}

/// The files of the plugins.d beside `path`, by name. Those ending in .yml are among them, so that
/// one who drops in such a file is told.
std::vector<std::string> plugin_files(const std::string& path, Problems& problems) {
  constexpr std::size_t kMostFiles = 256;
  std::vector<std::string> out;
  std::error_code error;
  const fs::path folder = fs::path(path).parent_path() / "plugins.d";
  if (!fs::exists(folder, error)) return out;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const auto name = entry->path().filename().string();
    const bool hidden = name.starts_with('.');  // an editor's swap file
    if (!hidden && (name.ends_with(".yaml") || name.ends_with(".yml"))) {
      out.push_back(entry->path().string());
    }
  }
  if (error) problems.add({}, folder.string() + " cannot be read: " + error.message());
  if (out.size() > kMostFiles) {
    problems.add({}, folder.string() + " holds more than 256 files, the limit");
    out.resize(kMostFiles);
  }
  std::sort(out.begin(), out.end());
  return out;
}

void append(std::vector<Diagnostic>& all, const Problems& problems) {
  const auto found = problems.sorted();
  all.insert(all.end(), found.begin(), found.end());
}

}  // namespace

Loaded load(const std::string& path, const Environment& environment,
            const std::vector<std::string>& plugin_directories) {
  std::vector<Diagnostic> found;
  PluginsSection plugins(plugin_directories);
  Problems problems(path);
  Settings settings = read_main(path, environment, plugins, problems);
  const auto files = plugin_files(path, problems);
  append(found, problems);
  for (const auto& file : files) {
    Problems of_file(file);
    read_plugin_file(file, environment, plugins, of_file);
    append(found, of_file);
  }
  if (!found.empty()) return found;
  settings.plugins = plugins.take(settings.development, settings.plugin_keys);
  return settings;
}

Result<std::uint16_t> effective_port(std::optional<std::uint16_t> command_line,
                                     const Environment& environment, const Settings& settings) {
  if (command_line) return *command_line;
  for (const char* name : {"FUNCTIONS_CUSTOMHANDLER_PORT", "PORT"}) {
    const std::string text = variable(environment, name);
    if (text.empty()) continue;
    const auto port = parse_port(text);
    if (port) return *port;
    return Error{ErrorCode::kInvalid, std::string(name) + " must be a port from 1 to 65535.",
                 "Set it to a number or unset it."};
  }
  return settings.server.port;
}

}  // namespace adomcp::config
