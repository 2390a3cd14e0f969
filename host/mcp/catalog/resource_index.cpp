#include "mcp/catalog/resource_index.h"

#include <algorithm>
#include <utility>

#include "core/json.h"

namespace adomcp::mcp {
namespace {

using plugin_host::Resource;

/// The member `_meta` with the comma before it, or nothing.
std::string meta_of(const Resource& resource) {
  const auto& own = resource.meta_json;
  std::string members = own.empty() ? "" : own.substr(1, own.size() - 2);
  if (!resource.ui_json.empty()) {
    if (!members.empty()) members += ",";
    members += R"("ui":)" + resource.ui_json;
  }
  return members.empty() ? "" : R"(,"_meta":{)" + members + "}";
}

std::string describe(const Resource& resource) {
  std::string out = resource.is_template ? R"({"uriTemplate":)" : R"({"uri":)";
  out += quote(resource.name);
  const auto& name = resource.display_name.empty() ? resource.name : resource.display_name;
  out += R"(,"name":)" + quote(name);
  if (!resource.title.empty()) out += R"(,"title":)" + quote(resource.title);
  if (!resource.icons_json.empty()) out += R"(,"icons":)" + resource.icons_json;
  if (!resource.description.empty()) out += R"(,"description":)" + quote(resource.description);
  if (!resource.mime_type.empty()) out += R"(,"mimeType":)" + quote(resource.mime_type);
  return out + meta_of(resource) + "}";
}

/// The names between braces.
std::vector<std::string> variables_of(std::string_view uri_template) {
  std::vector<std::string> names;
  for (auto open = uri_template.find('{'); open != std::string_view::npos;
       open = uri_template.find('{')) {
    const auto close = uri_template.find('}', open);
    if (close == std::string_view::npos) break;
    names.emplace_back(uri_template.substr(open + 1, close - open - 1));
    uri_template.remove_prefix(close + 1);
  }
  return names;
}

}  // namespace

Operation ResourceIndex::Entry::listed() const {
  const auto kind = resource->is_template ? OperationKind::kCompletion : OperationKind::kResource;
  return {kind, resource->name, plugin, true};
}

ResourceIndex::ResourceIndex(const Resources& resources, const Completers& completers,
                             PluginId plugin_id) {
  for (const auto& [name, resource] : resources) {
    const auto completer = completers.find(name);
    Entry entry{.resource = &resource,
                .completer = completer == completers.end() ? nullptr : &completer->second,
                .plugin = plugin_id(resource),
                .description = describe(resource),
                .variables = {}};
    if (resource.is_template) entry.variables = variables_of(name);
    entries_.emplace(name, std::move(entry));
  }
  const auto all = [](const Operation&) { return true; };
  list_ = list(all);
  templates_ = templates(all);
}

ResourceIndex::Found ResourceIndex::find(std::string_view uri) const {
  const auto* exact = find_declared(uri);
  if (exact != nullptr && !exact->resource->is_template) return {exact, {}};
  for (const auto& [name, entry] : entries_) {
    if (!entry.resource->is_template) continue;
    if (auto variables = match_uri(name, uri)) return {&entry, std::move(*variables)};
  }
  return {};
}

const ResourceIndex::Entry* ResourceIndex::find_declared(std::string_view name) const {
  const auto found = entries_.find(name);
  return found == entries_.end() ? nullptr : &found->second;
}

bool ResourceIndex::has_apps() const {
  return std::any_of(entries_.begin(), entries_.end(),
                     [](const auto& one) { return is_app(*one.second.resource); });
}

std::string ResourceIndex::list_of(bool templates, const Keep& keep) const {
  std::string out = "[";
  for (const auto& [name, entry] : entries_) {
    if (entry.resource->is_template != templates || !keep(entry.listed())) continue;
    if (out.size() > 1) out += ',';
    out += entry.description;
  }
  return out + ']';
}

}  // namespace adomcp::mcp
