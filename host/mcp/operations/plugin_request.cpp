#include "mcp/operations/plugin_request.h"

#include <algorithm>
#include <set>
#include <utility>

#include "core/content_check.h"
#include "core/json.h"
#include "core/nearest_name.h"
#include "core/secret_shape.h"
#include "mcp/operations/admission.h"
#include "mcp/schema/argument_reader.h"
#include "mcp/schema/argument_text.h"
#include "mcp/schema/schema_words.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;

constexpr std::size_t kMostNameBytes = 128;
constexpr int kInvalidParams = -32602;
constexpr int kNoSuchResource = -32002;  // of the legacy revisions

Error misshapen(const std::string& what) {
  return {ErrorCode::kInternal, what, {}};
}

/// Prompts take texts alone. Read like a tool's arguments, but that "" is a text like others.
void read_arguments(json& arguments, const std::vector<PromptIndex::Argument>& declared) {
  read_whole(arguments);
  if (!arguments.is_object()) return;
  for (auto at = arguments.begin(); at != arguments.end();) {
    const bool known = std::any_of(declared.begin(), declared.end(),
                                   [&](const auto& argument) { return argument.name == at.key(); });
    if (at->is_null() ? known : !known && is_clients_own(at.key())) {
      at = arguments.erase(at);
    } else {
      make_text(*at++);
    }
  }
}

/// Why `arguments` aren't what the prompt declares; empty when they are.
std::string validation_error(const json& arguments, const PromptIndex::Entry& entry) {
  if (!arguments.is_object()) {
    const auto why = why_no_json(arguments);
    return "arguments must be an object" + (why.empty() ? why : "." + why);
  }
  const auto& declared = entry.arguments;
  std::set<std::string> names;
  for (const auto& argument : declared) names.insert(argument.name);
  for (const auto& [name, value] : arguments.items()) {
    if (names.count(name) == 0) {
      const std::string nearest(nearest_name(name, {names.begin(), names.end()}));
      const auto shown = shown_name(looks_secret(name) ? name : one_line(name));
      return "prompt '" + entry.prompt->name + "' has no argument '" + shown + "'" +
             (nearest.empty() ? "" : "; did you mean '" + nearest + "'?");
    }
    if (!value.is_string()) {
      return "argument '" + name + "' must be a text, but " +
             what_came(value, {name}, Came::kShown) + " came" +
             (value.is_number_float() ? "; write it in quotes, so that no digit is lost" : "");
    }
  }
  for (const auto& argument : declared) {
    if (argument.required && !arguments.contains(argument.name)) {
      return "argument '" + argument.name + "' is required, but it is missing";
    }
  }
  return {};
}

Result<std::string> shape_prompt(const json& answer) {
  const auto messages = answer.find("messages");
  if (messages == answer.end() || !messages->is_array()) return misshapen("messages is no list");
  json out = json::array();
  for (const auto& message : *messages) {
    const auto* role = text_member(message, "role");
    if (role == nullptr || (*role != "user" && *role != "assistant")) {
      return misshapen("a message's role is neither user nor assistant");
    }
    const auto content = message.find("content");
    if (content == message.end()) return misshapen("a message has no content");
    if (auto wrong = wrong_block(*content); !wrong.empty()) {
      return misshapen("a message's content " + wrong);
    }
    out.push_back({{"role", *role}, {"content", *content}});
  }
  std::string members = R"("messages":)" + json_text(out);
  if (!answer.contains("description")) return members;
  const auto* description = text_member(answer, "description");
  if (description == nullptr) return misshapen("description is no string");
  return R"("description":)" + quote(*description) + "," + members;
}

Result<std::string> shape_contents(const json& answer) {
  const auto contents = answer.find("contents");
  if (contents == answer.end() || !contents->is_array()) return misshapen("contents is no list");
  if (contents->empty())
    return misshapen("contents is empty, which says nothing; return NOT_FOUND");
  for (const auto& one : *contents) {
    if (auto wrong = wrong_contents(one); !wrong.empty()) {
      return misshapen("an entry of contents " + wrong);
    }
  }
  return R"("contents":)" + json_text(*contents);
}

}  // namespace

RpcError no_resource(Era era, const std::string& uri) {
  const int code = era == Era::kModern ? kInvalidParams : kNoSuchResource;
  return {200, code, "Resource not found", {{"uri", looks_secret(uri) ? "[hidden]" : uri}}};
}

ReadRequest read_prompts_get(Era, const Request& request, const PluginIndex& index) {
  const auto* name = text_member(request.params, "name");
  if (name == nullptr) return invalid_params("name must be the prompt's name");
  const auto given = request.params.find("arguments");
  json arguments = given == request.params.end() ? json::object() : *given;

  PluginRequest out;
  out.operation = {OperationKind::kPrompt, *name, {}, true};
  out.shape = &shape_prompt;
  const auto* entry = index.prompts().find(*name);
  out.arguments_json = json_text(arguments);
  if (entry == nullptr) {
    out.unknown = invalid_params("unknown prompt " + shown_name(*name, kMostNameBytes));
    return out;
  }
  out.operation = entry->operation();
  out.limited = "prompt " + *name;
  out.callee = entry->prompt;
  read_arguments(arguments, entry->arguments);
  if (const auto why = validation_error(arguments, *entry); !why.empty()) {
    out.validation_error = invalid_params(why);
  } else {
    out.arguments_json = json_text(arguments);
  }
  for (const auto& argument : entry->arguments) {
    const bool target = argument.name == "project" || argument.name == "organization";
    if (target) out.filled.push_back(argument.name);
  }
  out.named = arguments;
  out.payload = std::move(arguments);
  return out;
}

ReadRequest read_resources_read(Era era, const Request& request, const PluginIndex& index) {
  const auto* uri = text_member(request.params, "uri");
  if (uri == nullptr) return invalid_params("uri must be the resource's URI");
  PluginRequest out;
  out.operation = {OperationKind::kResource, *uri, {}, true};
  out.shape = &shape_contents;
  out.is_read = true;
  const auto found = index.resources().find(*uri);
  if (found.entry == nullptr) {
    out.unknown = no_resource(era, *uri);
    return out;
  }
  out.operation = found.entry->operation(*uri);
  out.limited = "resource " + found.entry->resource->name;
  if (found.entry->resource->page) {
    out.page = found.entry->resource;
    return out;
  }
  out.callee = found.entry->resource;
  for (const auto& [name, value] : found.variables) out.named[name] = value;
  out.arguments_json = json_text(out.named);
  out.payload = {{"uri", *uri}, {"arguments", out.named}};
  return out;
}

}  // namespace adomcp::mcp
