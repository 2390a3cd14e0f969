#include "app/reload/reload_report.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "app/reload/settings_change.h"
#include "core/text.h"
#include "mcp/catalog/tool_index.h"
#include "plugin_host/load/plugin.h"

namespace adomcp::app {
namespace {

// What clients see of it, as far as it isn't the key of its map.

bool same(const plugin_host::Prompt& one, const plugin_host::Prompt& other) {
  return one.title == other.title && one.description == other.description &&
         one.arguments_json == other.arguments_json;
}

bool same(const plugin_host::Resource& one, const plugin_host::Resource& other) {
  return one.is_template == other.is_template && one.display_name == other.display_name &&
         one.title == other.title && one.description == other.description &&
         one.mime_type == other.mime_type && one.meta_json == other.meta_json &&
         one.icons_json == other.icons_json && one.ui_json == other.ui_json;
}

/// As a client sees it that shows apps and may read them all.
std::string list_with_apps(const mcp::ToolIndex& index) {
  const auto served = [&](const std::string& uri) {
    const auto& resources = index.catalog()->resources();
    const auto found = resources.find(uri);
    return found != resources.end() && is_app(found->second);
  };
  return index.list_with_apps([](const auto&) { return true; }, served);
}

template <typename Map>
bool same_list(const Map& one, const Map& other) {
  return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                    [](const auto& left, const auto& right) {
                      return left.first == right.first && same(left.second, right.second);
                    });
}

}  // namespace

ListChanges list_changes(const mcp::ToolIndex& before, const Settings& running,
                         const mcp::ToolIndex& now, const Settings& wanted) {
  const bool narrowed = running.access.hide_denied || wanted.access.hide_denied;
  if (narrowed && !same_rights(running, wanted)) return {true, true, true};
  const auto& old = *before.catalog();
  const auto& fresh = *now.catalog();
  const bool tools = before.list() != now.list() || list_with_apps(before) != list_with_apps(now);
  return {tools, !same_list(old.prompts(), fresh.prompts()),
          !same_list(old.resources(), fresh.resources())};
}

namespace {

using nlohmann::ordered_json;

// A record must fit into one line of the audit, whatever was changed.
constexpr std::size_t kMostEntries = 24;
constexpr std::size_t kMostReason = 256;
constexpr std::size_t kMostReasons = 16;

/// Puts `name` in, and what was left out as `name`_more.
void put(ordered_json& out, const std::string& name, const std::vector<ordered_json>& entries) {
  if (entries.empty()) return;
  const auto shown = std::min(entries.size(), kMostEntries);
  out[name] = std::vector<ordered_json>(entries.begin(),
                                        entries.begin() + static_cast<std::ptrdiff_t>(shown));
  if (shown < entries.size()) out[name + "_more"] = entries.size() - shown;
}

std::vector<ordered_json> as_json(const std::vector<std::string>& names) {
  return {names.begin(), names.end()};
}

void put_plugins(ordered_json& out, const ReloadReport& report) {
  std::vector<ordered_json> added;
  std::vector<ordered_json> removed;
  std::vector<ordered_json> replaced;
  for (const auto& change : report.plugins) {
    if (change.before.empty()) {
      added.push_back({{"id", change.id}, {"sha256", change.now}});
    } else if (change.now.empty()) {
      removed.push_back({{"id", change.id}, {"sha256", change.before}});
    } else {
      replaced.push_back(
          {{"id", change.id}, {"old_sha256", change.before}, {"sha256", change.now}});
    }
  }
  put(out, "plugins_added", added);
  put(out, "plugins_removed", removed);
  put(out, "plugins_replaced", replaced);
}

void put_reasons(ordered_json& out, const std::vector<std::string>& reasons) {
  std::vector<ordered_json> cut;
  for (const auto& reason : reasons) {
    if (cut.size() == kMostReasons) break;
    cut.emplace_back(truncate_utf8(reason, kMostReason));
  }
  put(out, "reasons", cut);
  if (cut.size() < reasons.size()) out["reasons_more"] = reasons.size() - cut.size();
}

void put_caller(ordered_json& out, const ReloadCause& cause) {
  if (cause.by != "request") return;
  out["user"] = truncate_utf8(cause.principal.user_name, kMostReason);
  if (!cause.principal.object_id.empty()) out["principal_id"] = cause.principal.object_id;
  if (!cause.principal.tenant_id.empty()) out["tenant_id"] = cause.principal.tenant_id;
  if (!cause.client_ip.empty()) out["client_ip"] = cause.client_ip;
}

void compare_plugins(const plugin_host::Catalog& before, const plugin_host::Catalog& now,
                     ReloadReport& report) {
  std::map<std::string, std::shared_ptr<const plugin_host::Plugin>> former;
  for (const auto& plugin : before.plugins()) former[plugin->id()] = plugin;
  for (const auto& plugin : now.plugins()) {
    const auto old = former.find(plugin->id());
    if (old == former.end()) {
      report.plugins.push_back({plugin->id(), "", plugin->sha256()});
      continue;
    }
    if (old->second != plugin) {
      report.plugins.push_back({plugin->id(), old->second->sha256(), plugin->sha256()});
    }
    former.erase(old);
  }
  for (const auto& [id, plugin] : former) report.plugins.push_back({id, plugin->sha256(), ""});
}

std::string counted(const char* what, const std::vector<std::string>& names) {
  if (names.empty()) return {};
  std::string out = std::string(", ") + what + ":";
  for (const auto& name : names) {
    if (out.size() > kMostReason) return out + " …";
    out += " " + name;
  }
  return out;
}

}  // namespace

std::string_view to_string(ReloadResult result) {
  switch (result) {
    case ReloadResult::kReloaded:
      return "reloaded";
    case ReloadResult::kUnchanged:
      return "unchanged";
    case ReloadResult::kRefused:
      break;
  }
  return "refused";
}

std::vector<std::string> tool_names(const plugin_host::Catalog& catalog) {
  std::vector<std::string> names;
  for (const auto& [name, tool] : catalog.tools()) names.push_back(name);
  return names;
}

void compare(const mcp::ToolIndex& before, const mcp::ToolIndex& now, ReloadReport& report) {
  compare_plugins(*before.catalog(), *now.catalog(), report);
  for (const auto& name : tool_names(*now.catalog())) {
    const auto* old = before.find(name);
    const auto* fresh = now.find(name);
    if (fresh == nullptr) continue;
    if (old == nullptr) {
      report.added.push_back(name);
    } else if (old->tool->plugin != fresh->tool->plugin || old->description != fresh->description ||
               old->app_description != fresh->app_description) {
      report.replaced.push_back(name);
    }
  }
  for (const auto& name : tool_names(*before.catalog())) {
    if (now.find(name) == nullptr) report.removed.push_back(name);
  }
}

ordered_json to_page(const ReloadReport& report) {
  ordered_json page = {{"result", to_string(report.result)}, {"generation", report.generation}};
  if (report.result == ReloadResult::kRefused) {
    page["reasons"] = report.reasons;
    return page;
  }
  page["added"] = report.added;
  page["removed"] = report.removed;
  page["replaced"] = report.replaced;
  return page;
}

ordered_json to_record(const ReloadReport& report, const ReloadCause& cause) {
  ordered_json record = {{"by", cause.by}};
  put_caller(record, cause);
  record["result"] = to_string(report.result);
  record["generation"] = report.generation;
  put_reasons(record, report.reasons);
  put_plugins(record, report);
  put(record, "tools_added", as_json(report.added));
  put(record, "tools_removed", as_json(report.removed));
  put(record, "tools_replaced", as_json(report.replaced));
  return record;
}

std::string to_line(const ReloadReport& report) {
  return "generation " + std::to_string(report.generation) + counted("added", report.added) +
         counted("removed", report.removed) + counted("replaced", report.replaced);
}

}  // namespace adomcp::app
