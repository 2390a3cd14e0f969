#include "mcp/catalog/prompt_index.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "core/json.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;
using plugin_host::Prompt;

/// Null unless it is a list.
json declared_arguments(const Prompt& prompt) {
  if (prompt.arguments_json.empty()) return nullptr;
  auto parsed = parse_json(prompt.arguments_json);
  return parsed && parsed->is_array() ? std::move(parsed).value() : json();
}

std::vector<PromptIndex::Argument> read_arguments(const json& declared) {
  std::vector<PromptIndex::Argument> out;
  for (const auto& argument : declared) {
    auto name = text_at(argument, "name");
    if (name.empty()) continue;
    const auto required = argument.find("required");
    out.push_back({std::move(name), required != argument.end() && *required == true});
  }
  return out;
}

std::string describe(const Prompt& prompt, const json& arguments) {
  std::string out = R"({"name":)" + quote(prompt.name);
  if (!prompt.title.empty()) out += R"(,"title":)" + quote(prompt.title);
  if (!prompt.description.empty()) out += R"(,"description":)" + quote(prompt.description);
  if (!arguments.empty()) out += R"(,"arguments":)" + json_text(arguments);
  return out + "}";
}

}  // namespace

PromptIndex::PromptIndex(const Prompts& prompts, const Completers& completers, PluginId plugin_id) {
  for (const auto& [name, prompt] : prompts) {
    const auto arguments = declared_arguments(prompt);
    const auto completer = completers.find(name);
    entries_.emplace(
        name, Entry{.prompt = &prompt,
                    .completer = completer == completers.end() ? nullptr : &completer->second,
                    .plugin = plugin_id(prompt),
                    .description = describe(prompt, arguments),
                    .arguments = read_arguments(arguments)});
  }
  list_ = list([](const Operation&) { return true; });
}

const PromptIndex::Entry* PromptIndex::find(std::string_view name) const {
  const auto found = entries_.find(name);
  return found == entries_.end() ? nullptr : &found->second;
}

std::string PromptIndex::list(const std::function<bool(const Operation&)>& keep) const {
  std::string out = "[";
  for (const auto& [name, entry] : entries_) {
    if (!keep(entry.operation())) continue;
    if (out.size() > 1) out += ',';
    out += entry.description;
  }
  return out + ']';
}

}  // namespace adomcp::mcp
