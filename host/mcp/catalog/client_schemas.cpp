#include "mcp/catalog/client_schemas.h"

#include <algorithm>
#include <map>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/json.h"
#include "core/text.h"
#include "mcp/catalog/client_table.h"
#include "mcp/confirmation/confirmation_argument.h"
#include "mcp/schema/schema_walk.h"
#include "plugin_host/catalog.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;
using enum ClientKind;

constexpr std::size_t kMaxPlace = 200;  // names of properties may be long, and of any characters

struct Places {
  std::string first;
  std::size_t count = 0;
};

bool is_looked_for(const Form& form, const json& schema, SchemaPlace place) {
  if (form.where == Where::kForValues) return place == SchemaPlace::kValue;
  return schema.is_object() && (form.where == Where::kAnywhere || place == SchemaPlace::kRoot);
}

/// Where in a schema what the table names stands.
std::map<const Form*, Places> places_in(const std::string& schema_text, const char* member) {
  std::map<const Form*, Places> found;
  const json root = json_from(schema_text);
  walk_schema(root, [&](const json& schema, const std::string& pointer, SchemaPlace place) {
    std::map<const Form*, bool> seen;
    for (const Row& row : client_table()) {
      const Form* form = row.form;
      if (!is_looked_for(*form, schema, place) || !seen.emplace(form, true).second) continue;
      const std::string keyword(form->keyword);
      if (!form->matches(schema, keyword)) continue;
      Places& places = found[form];
      const std::string where =
          schema.contains(keyword) ? pointer + pointer_step(keyword) : pointer;
      if (places.count++ == 0) places.first = excerpt(member + where, kMaxPlace);
    }
  });
  return found;
}

bool is_wanted(const std::vector<ClientKind>& clients, ClientKind client) {
  return std::find(clients.begin(), clients.end(), client) != clients.end();
}

/// Of one keyword in one place the first row counts: what is certain stands before what is not.
bool is_said(const std::vector<ClientFinding>& findings, const Row& row, const std::string& place) {
  return std::any_of(findings.begin(), findings.end(), [&](const ClientFinding& one) {
    return one.client == row.client && one.keyword == row.form->keyword && one.pointer == place;
  });
}

bool has_good_name(const std::string& name, const NameRule& rule) {
  if (!is_made_of(name, rule.characters)) return false;
  const char first = name.front();
  return !rule.begins_with_letter || first == '_' || (first >= 'a' && first <= 'z') ||
         (first >= 'A' && first <= 'Z');
}

std::string in_words(std::string_view keyword, std::string_view form) {
  std::string out(keyword);
  if (!form.empty()) out += " (" + std::string(form) + ")";
  return out;
}

}  // namespace

std::string_view to_string(ClientKind client) {
  switch (client) {
    case kClaude:
      return "claude";
    case kVsCode:
      return "vscode";
    case kGemini:
      return "gemini";
    case kOpenAi:
      return "openai";
    case kCopilotStudio:
      return "copilot-studio";
    case kFoundry:
      break;
  }
  return "foundry";
}

ListedTool listed(const plugin_host::Tool& tool, bool two_step) {
  const bool reserves = two_step && !tool.read_only;
  return {tool.name, reserves ? with_confirmation(tool.input_schema) : tool.input_schema,
          tool.output_schema};
}

std::vector<ClientFinding> client_findings(const ListedTool& tool,
                                           const std::vector<ClientKind>& clients) {
  std::vector<ClientFinding> out;
  for (const NameRule& rule : name_rules()) {
    if (!is_wanted(clients, rule.client) || has_good_name(tool.name, rule)) continue;
    out.push_back({rule.client, tool.name, "name", rule.form, "/name", 0, rule.effect,
                   "rename the tool in the plugin", true});
  }
  const auto input = places_in(tool.input_schema, "/inputSchema");
  const auto output = places_in(tool.output_schema, "/outputSchema");
  for (const Row& row : client_table()) {
    if (!is_wanted(clients, row.client)) continue;
    const auto add = [&](unsigned schema, const std::map<const Form*, Places>& places) {
      const auto found = places.find(row.form);
      if ((row.schemas & schema) == 0 || found == places.end()) return;
      if (is_said(out, row, found->second.first)) return;
      out.push_back({row.client, tool.name, row.form->keyword, row.form->detail,
                     found->second.first, found->second.count - 1, row.effect, row.form->instead,
                     row.certain});
    };
    add(kInput, input);
    add(kOutput, output);
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const ClientFinding& one, const ClientFinding& other) {
                     return one.client < other.client;
                   });
  return out;
}

std::vector<ClientFinding> client_findings(std::size_t tools,
                                           const std::vector<ClientKind>& clients) {
  std::vector<ClientFinding> out;
  for (const ToolLimit& limit : tool_limits()) {
    if (!is_wanted(clients, limit.client) || tools <= limit.tools) continue;
    out.push_back({limit.client, "", "tools", "their number", "", 0, limit.effect,
                   "list fewer in tools:, or let clients ask for some with X-MCP-Toolsets", true});
  }
  return out;
}

std::string to_line(const ClientFinding& finding) {
  std::string out(to_string(finding.client));
  if (!finding.certain) out += " reportedly";
  out += " " + std::string(finding.effect) + ": " + in_words(finding.keyword, finding.form);
  if (!finding.pointer.empty()) out += " at " + finding.pointer;
  if (finding.more > 0) out += " and " + std::to_string(finding.more) + " more";
  return out + "; instead " + std::string(finding.instead);
}

std::optional<std::string> unportable(const ListedTool& tool) {
  struct Group {
    std::string what;  // keyword and place
    std::string clients;
    std::string_view instead;
  };
  constexpr std::size_t kMostGroups = 6;
  std::vector<Group> groups;
  for (const auto& finding : client_findings(tool, {kClientKinds.begin(), kClientKinds.end()})) {
    if (!finding.certain) continue;
    const std::string what = in_words(finding.keyword, finding.form) + " at " + finding.pointer;
    auto group = std::find_if(groups.begin(), groups.end(),
                              [&](const Group& one) { return one.what == what; });
    if (group == groups.end()) group = groups.insert(group, {what, {}, finding.instead});
    group->clients += (group->clients.empty() ? "" : ", ") + std::string(to_string(finding.client));
  }
  if (groups.empty()) return std::nullopt;
  std::string out = "some clients don't take it: ";
  for (std::size_t i = 0; i < std::min(groups.size(), kMostGroups); ++i) {
    const Group& group = groups[i];
    out += (i == 0 ? "" : "; ") + group.what + " (" + group.clients + "), instead " +
           std::string(group.instead);
  }
  if (groups.size() > kMostGroups) {
    out += "; and " + std::to_string(groups.size() - kMostGroups) + " more";
  }
  return out;
}

}  // namespace adomcp::mcp
