#include "mcp/catalog/tool_index.h"

#include <utility>

#include "core/json.h"
#include "mcp/confirmation/confirmation_argument.h"
#include "mcp/schema/listed_schema.h"

namespace adomcp::mcp {
namespace {

using plugin_host::Tool;

void append_flag(std::string& out, const char* name, bool value) {
  out += quote(name);
  out += value ? ":true," : ":false,";
}

/// Of a tool that only reads, the hints about writing mean nothing, and an open world is what a
/// client takes for granted.
std::string annotations_of(const Tool& tool) {
  std::string out = "{";
  append_flag(out, "readOnlyHint", tool.read_only);
  if (!tool.read_only) {
    append_flag(out, "destructiveHint", tool.destructive);
    append_flag(out, "idempotentHint", tool.idempotent);
  }
  if (!tool.read_only || !tool.open_world) append_flag(out, "openWorldHint", tool.open_world);
  out.back() = '}';
  return out;
}

/// Of MCP Apps: the members of `_meta` that name the app and for whom the tool is. The second is
/// for clients that know only the older, flat one.
std::string app_members(const plugin_host::AppLink& app) {
  std::string visibility = app.to_model ? R"("model")" : "";
  if (app.to_app) visibility += visibility.empty() ? R"("app")" : R"(,"app")";
  const std::string ends = R"("visibility":[)" + visibility + "]}";
  if (app.uri.empty()) return R"("ui":{)" + ends;
  const std::string uri = quote(app.uri);
  return R"("ui":{"resourceUri":)" + uri + "," + ends + R"(,"ui/resourceUri":)" + uri;
}

/// The end of a tool's part of the list. `own` is a whole object or empty, `more` members of one.
std::string closing(const std::string& own, const std::string& more) {
  std::string members = own.empty() ? "" : own.substr(1, own.size() - 2);
  if (!members.empty() && !more.empty()) members += ",";
  members += more;
  return members.empty() ? "}" : R"(,"_meta":{)" + members + "}}";
}

/// Without its end.
std::string describe(const Tool& tool, const std::string& output_schema, bool two_step) {
  std::string out = R"({"name":)" + quote(tool.name);
  if (!tool.title.empty()) out += R"(,"title":)" + quote(tool.title);
  if (!tool.icons_json.empty()) out += R"(,"icons":)" + tool.icons_json;
  out += R"(,"description":)" + quote(tool.description);
  const bool reserves = two_step && !tool.read_only;
  out += R"(,"inputSchema":)" +
         listed_input(reserves ? with_confirmation(tool.input_schema) : tool.input_schema);
  if (!output_schema.empty()) out += R"(,"outputSchema":)" + output_schema;
  return out + R"(,"annotations":)" + annotations_of(tool);
}

}  // namespace

std::optional<std::string> check_tool(const Tool& tool, bool two_step, bool notice) {
  if (auto problem = check_tool_schemas(tool)) return problem;
  if (notice && tool.open_world) {
    if (auto problem = Notice::problem(tool.output_schema)) return problem;
  }
  return two_step && !tool.read_only ? check_confirmation_argument(tool) : std::nullopt;
}

ToolIndex::ToolIndex(const std::shared_ptr<const plugin_host::Catalog>& catalog, PluginId plugin_id,
                     bool two_step, bool notice)
    : ToolIndex(catalog, catalog->tools(), plugin_id, two_step, notice) {}

ToolIndex::ToolIndex(std::shared_ptr<const plugin_host::Catalog> catalog, const Tools& tools,
                     PluginId plugin_id, bool two_step, bool notice)
    : catalog_(std::move(catalog)) {
  for (const auto& [name, tool] : tools) {
    if (const auto problem = check_tool(tool, two_step, notice)) {
      problems_.push_back("tool " + name + ": " + *problem);
      continue;
    }
    std::optional<Notice> mark;
    if (notice && tool.open_world) mark.emplace(tool.output_schema);
    const auto answer = listed_output(mark ? mark->schema() : Notice::plain(tool.output_schema));
    const auto description = describe(tool, answer, two_step);
    // The argument is taken out before anything is validated; a misspelt one is told its name.
    const bool reserved = two_step && !tool.read_only;
    const auto input = reserved ? with_confirmation(tool.input_schema) : tool.input_schema;
    Entry entry{&tool,
                SchemaValidator::compile(input).value(),
                ArgumentReader::compile(tool.input_schema),
                std::nullopt,
                std::move(mark),
                plugin_id(tool),
                description + closing(tool.meta_json, ""),
                tool.app ? description + closing(tool.meta_json, app_members(*tool.app)) : ""};
    if (!tool.output_schema.empty()) {
      entry.output = SchemaValidator::compile(tool.output_schema).value();
    }
    offers_tasks_ = offers_tasks_ || tool.may_be_task;
    entries_.emplace(name, std::move(entry));
  }
  list_ = list([](const Entry&) { return true; });
}

std::string ToolIndex::list(const Keep& keep) const {
  std::string out = "[";
  for (const auto& [name, entry] : entries_) {
    if (!entry.for_model() || !keep(entry)) continue;
    if (out.size() > 1) out += ',';
    out += entry.description;
  }
  return out + ']';
}

std::string ToolIndex::list_with_apps(const Keep& keep, const Readable& readable) const {
  std::string out = "[";
  for (const auto& [name, entry] : entries_) {
    const auto& app = entry.tool->app;
    const bool tells = app && (app->uri.empty() || readable(app->uri));
    if ((!tells && !entry.for_model()) || !keep(entry)) continue;
    if (out.size() > 1) out += ',';
    out += tells ? entry.app_description : entry.description;
  }
  return out + ']';
}

Operation ToolIndex::Entry::operation() const {
  return {OperationKind::kTool, tool->name, plugin, tool->read_only};
}

const ToolIndex::Entry* ToolIndex::find(std::string_view name) const {
  const auto found = entries_.find(name);
  return found == entries_.end() ? nullptr : &found->second;
}

}  // namespace adomcp::mcp
