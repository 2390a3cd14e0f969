#include "config/toolsets_section.h"

#include <algorithm>
#include <map>
#include <string>

#include "config/forms.h"

namespace adomcp::config {
namespace {

constexpr std::size_t kMostToolsets = 64;
constexpr std::size_t kLongestName = 64;

/// As it stands in a header, between commas.
bool is_toolset_name(std::string_view text) {
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-' || c == '_' || c == '.';
  });
  return plain && !text.empty() && text.size() <= kLongestName;
}

ToolsetSettings read_one(const Field& item, Problems& problems) {
  ToolsetSettings out;
  const Mapping toolset(item, "toolsets[]", problems);
  if (!toolset) return out;
  const Field name = toolset["name"];
  out.name = name.required("clients ask for it by that name").text().value_or("");
  if (name.present() && !out.name.empty() && !is_toolset_name(out.name)) {
    name.complain("must be at most 64 of a-z, 0-9, - _ and ., not " + name.shown());
  }
  out.tools = toolset["tools"].texts(is_tool_pattern, "a tool's name or a pattern like \"get_*\"");
  out.prompts =
      toolset["prompts"].texts(is_tool_pattern, "a prompt's name or a pattern like \"triage_*\"");
  out.resources =
      toolset["resources"].texts(is_resource_pattern, "a URI or a pattern like \"ado://*\"");
  const bool said =
      toolset["tools"].present() || toolset["prompts"].present() || toolset["resources"].present();
  if (!said) item.complain("holds nothing; list tools, prompts or resources, [\"*\"] for all");
  return out;
}

}  // namespace

std::vector<ToolsetSettings> read_toolsets(const Field& field, Problems& problems) {
  std::vector<ToolsetSettings> out;
  std::map<std::string, std::string> places;
  const auto items = field.items();
  if (items.size() > kMostToolsets) field.complain("has more than 64 entries, the limit");
  for (const auto& item : items) {
    auto one = read_one(item, problems);
    if (one.name.empty()) continue;
    const auto [first, added] = places.emplace(one.name, item.place());
    if (!added) item.complain("'" + one.name + "' is taken; the other one is at " + first->second);
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace adomcp::config
