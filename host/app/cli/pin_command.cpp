#include "app/cli/pin_command.h"

#include <algorithm>
#include <charconv>
#include <iostream>
#include <map>
#include <utility>
#include <variant>

#include "app/cli/replace_file.h"
#include "app/reload/configuration.h"
#include "app/reload/settings_change.h"
#include "config/document.h"
#include "config/pin_writer.h"
#include "core/result.h"
#include "plugin_host/load/inspect.h"

namespace adomcp::app {
namespace {

struct Place {
  std::string file;
  config::Mark mark;
};

/// Takes "file:line:column" apart; the file's name may hold colons.
Place place_of(const std::string& declared_at) {
  Place out;
  const auto column = declared_at.rfind(':');
  const auto line = declared_at.rfind(':', column - 1);
  const char* const text = declared_at.data();
  std::from_chars(text + column + 1, text + declared_at.size(), out.mark.column);
  std::from_chars(text + line + 1, text + column, out.mark.line);
  out.file = declared_at.substr(0, line);
  return out;
}

/// One YAML file with the plugins of it that are to be pinned.
struct PinnedFile {
  std::vector<PluginSettings*> plugins;
  std::vector<config::Pin> pins;
  std::string before;
  config::PinnedText after;
};

using PinnedFiles = std::map<std::string, PinnedFile>;

Result<std::string> hash_of(const PluginSettings& plugin) {
  const auto file = plugin_host::inspect(plugin.library);
  const auto refused = [&](const std::string& why) {
    return Error{ErrorCode::kInvalid, plugin.library + " is not pinned: " + why, ""};
  };
  if (!file) return refused(file.error().text());
  if (!file->not_loadable.empty()) return refused(file->not_loadable);
  if (file->abi_majors.empty()) {
    return refused("it is no adomcp plugin, for it exports no adomcp_plugin_vN");
  }
  return file->sha256;
}

/// False after naming what isn't declared.
bool all_declared(const Arguments& given, const Settings& settings) {
  bool good = true;
  for (const auto& id : given.plugins) {
    const auto named = [&](const PluginSettings& plugin) { return plugin.id == id; };
    if (std::any_of(settings.plugins.begin(), settings.plugins.end(), named)) continue;
    std::cerr << given.config << ": it declares no plugin '" << id << "'\n";
    good = false;
  }
  return good;
}

/// Hashes the wanted plugins' libraries; says on standard error which can't be pinned.
PinnedFiles collect(const Arguments& given, Settings& settings, bool& failed) {
  PinnedFiles files;
  for (auto& plugin : settings.plugins) {
    const auto& ids = given.plugins;
    if (!ids.empty() && std::find(ids.begin(), ids.end(), plugin.id) == ids.end()) continue;
    const auto hash = hash_of(plugin);
    if (!hash) {
      std::cerr << plugin_line(plugin, hash.error().text()) << '\n';
      failed = true;
      continue;
    }
    auto [file, mark] = place_of(plugin.declared_at);
    auto& pinned = files[file];
    pinned.plugins.push_back(&plugin);
    pinned.pins.push_back({mark, *hash});
  }
  return files;
}

/// Makes the new text, and says on standard error what it can't pin. `settings`, in which the
/// plugins are, gets the new pins. False when the file can't be read.
bool rewrite(const std::string& name, PinnedFile& file, bool& failed) {
  config::Problems problems(name);
  auto text = config::read_file(problems);
  for (const auto& problem : problems.sorted()) std::cerr << problem.text() << '\n';
  if (!text) return false;
  file.before = std::move(*text);
  file.after = config::write_pins(file.before, file.pins);
  for (std::size_t i = 0; i < file.plugins.size(); ++i) {
    const auto& outcome = file.after.outcomes[i];
    if (outcome.changes(file.pins[i])) file.plugins[i]->sha256 = file.pins[i].sha256;
    if (outcome.refused.empty()) continue;
    std::cerr << plugin_line(*file.plugins[i], outcome.refused) << '\n';
    failed = true;
  }
  return true;
}

void report(const std::string& name, const PinnedFile& file) {
  for (std::size_t i = 0; i < file.plugins.size(); ++i) {
    const auto& outcome = file.after.outcomes[i];
    if (!outcome.refused.empty()) continue;
    std::cout << name << ':' << outcome.line << ": " << file.plugins[i]->id << "  ";
    if (outcome.changes(file.pins[i])) {
      std::cout << (outcome.before.empty() ? "no pin" : outcome.before) << " -> "
                << file.pins[i].sha256 << '\n';
    } else {
      std::cout << "already pinned\n";
    }
  }
}

/// Writes the old texts back, as many as were replaced.
void restore(const PinnedFiles& files, const std::vector<std::string>& written) {
  for (const auto& name : written) {
    const auto restored = replace_file(name, files.at(name).before);
    if (!restored) std::cerr << restored.error().text() << " It holds the new pins.\n";
  }
}

/// Whether the files now say what they said before, and the pins.
bool as_meant(const std::string& config, const Settings& meant, const config::Environment& env) {
  const auto loaded = load_configuration(config, env);
  const auto* settings = std::get_if<Settings>(&loaded);
  return settings != nullptr && same_settings(*settings, meant);
}

/// False after restoring what was written and saying why.
bool write_all(const Arguments& given, const PinnedFiles& files, const Settings& meant,
               const config::Environment& env) {
  std::vector<std::string> written;
  for (const auto& [name, file] : files) {
    if (file.after.text == file.before) continue;
    const auto replaced = replace_file(name, file.after.text);
    if (!replaced) {
      std::cerr << replaced.error().text() << " Nothing is pinned.\n";
      restore(files, written);
      return false;
    }
    written.push_back(name);
  }
  if (written.empty() || as_meant(given.config, meant, env)) return true;
  std::cerr << given.config
            << ": it did not say the same but for the pins once they were in it, so "
            << "they were taken out again. Write them by hand: adomcp inspect says them\n";
  restore(files, written);
  return false;
}

}  // namespace

int pin(const Arguments& given) {
  const auto env = config::process_environment();
  auto settings = load_settings(given.config, env);
  if (!settings || !all_declared(given, *settings)) return kBadConfiguration;
  bool failed = false;
  auto files = collect(given, *settings, failed);
  for (auto& [name, file] : files) {
    if (!rewrite(name, file, failed)) return kFailed;
  }
  if (!given.only_check && !write_all(given, files, *settings, env)) return kFailed;
  for (const auto& [name, file] : files) {
    report(name, file);
    failed = failed || (given.only_check && file.after.text != file.before);
  }
  return failed ? kFailed : kGood;
}

}  // namespace adomcp::app
