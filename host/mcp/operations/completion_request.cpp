#include <algorithm>
#include <cstdint>
#include <utility>

#include "core/json.h"
#include "core/secret_shape.h"
#include "mcp/operations/admission.h"
#include "mcp/operations/plugin_request.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;

constexpr std::size_t kMostValues = 100;  // the specification's
constexpr std::size_t kMostNameBytes = 128;
constexpr const char* kNothing = R"("completion":{"values":[],"total":0,"hasMore":false})";

Error misshapen(const char* what) {
  return {ErrorCode::kInternal, what, {}};
}

/// What is completed: a served prompt or template, or a resource that has nothing to complete.
struct Subject {
  std::string name;
  std::string plugin;
  const plugin_host::Callable* completer = nullptr;
  std::vector<std::string> arguments;
};

std::optional<Subject> find_prompt(const std::string& name, const PluginIndex& index) {
  const auto* entry = index.prompts().find(name);
  if (entry == nullptr) return std::nullopt;
  Subject out{name, entry->plugin, entry->completer, {}};
  for (const auto& argument : entry->arguments) out.arguments.push_back(argument.name);
  return out;
}

std::optional<Subject> find_resource(const std::string& uri, const PluginIndex& index) {
  const auto* entry = index.resources().find_declared(uri);
  if (entry == nullptr) return std::nullopt;
  return Subject{uri, entry->plugin, entry->completer, entry->variables};
}

/// Why the request's argument and context aren't those of `subject`; empty when they are.
std::string validation_error(const json& argument, const json& context, const Subject& subject) {
  const auto* const named = text_member(argument, "name");
  if (named == nullptr || text_member(argument, "value") == nullptr)
    return "argument must have a name and a value, both strings";
  const auto declared = [&](const std::string& name) {
    const auto& names = subject.arguments;
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  const auto& name = *named;
  if (!declared(name)) return "'" + subject.name + "' has no argument '" + shown_name(name) + "'";
  if (!context.is_object()) return "context.arguments must be an object";
  for (const auto& [key, value] : context.items()) {
    if (!value.is_string()) return "each of context.arguments must be a string";
    if (!declared(key)) return "'" + subject.name + "' has no argument '" + shown_name(key) + "'";
  }
  return {};
}

/// The arguments that are decided on already; null when they aren't where they belong.
json context_of(const json& params) {
  const auto context = params.find("context");
  if (context == params.end()) return json::object();
  if (!context->is_object()) return nullptr;
  const auto arguments = context->find("arguments");
  return arguments == context->end() || arguments->is_null() ? json::object() : *arguments;
}

Result<std::string> shape_completion(const json& answer) {
  const auto values = answer.find("values");
  if (values == answer.end() || !values->is_array()) return misshapen("values is no list");
  const bool texts = std::all_of(values->begin(), values->end(),
                                 [](const json& value) { return value.is_string(); });
  if (!texts) return misshapen("one of values is no string");
  const auto total = answer.find("total");
  if (total != answer.end() && !total->is_number_integer()) return misshapen("total is no number");
  const auto more = answer.find("hasMore");
  if (more != answer.end() && !more->is_boolean()) return misshapen("hasMore is no boolean");

  const bool cut = values->size() > kMostValues;
  json out = {{"values", json::array()}, {"hasMore", cut || (more != answer.end() && *more)}};
  for (std::size_t i = 0; i < std::min(values->size(), kMostValues); ++i) {
    out["values"].push_back((*values)[i]);
  }
  if (total != answer.end()) out["total"] = *total;
  if (total == answer.end() && cut) out["total"] = values->size();
  return R"("completion":)" + json_text(out);
}

}  // namespace

ReadRequest read_completion(Era, const Request& request, const PluginIndex& index) {
  const auto& params = request.params;
  const json ref = params.is_object() ? params.value("ref", json()) : json();
  const auto type = text_at(ref, "type");
  const bool of_prompt = type == "ref/prompt";
  const auto name = text_at(ref, of_prompt ? "name" : "uri");
  if (name.empty() || (!of_prompt && type != "ref/resource")) {
    return invalid_params("ref must be a ref/prompt with its name, or a ref/resource with its uri");
  }
  const json argument = params.value("argument", json());
  const json context = context_of(params);

  PluginRequest out;
  out.operation = {OperationKind::kCompletion, name, {}, true};
  out.arguments_json = json_text(json{{"argument", argument}, {"context", context}});
  out.shape = &shape_completion;
  out.unanswered = kNothing;
  out.may_ask = false;
  const auto subject = of_prompt ? find_prompt(name, index) : find_resource(name, index);
  if (!subject) {
    const char* what = of_prompt ? "unknown prompt " : "unknown resource ";
    out.unknown = invalid_params(what + shown_name(name, kMostNameBytes));
    return out;
  }
  out.operation.plugin = subject->plugin;
  out.limited = "completion of " + name;
  out.callee = subject->completer;
  if (const auto why = validation_error(argument, context, *subject); !why.empty()) {
    out.validation_error = invalid_params(why);
    return out;
  }
  out.named = context;
  out.payload = {{"argument", {{"name", argument["name"]}, {"value", argument["value"]}}},
                 {"context", context}};
  return out;
}

}  // namespace adomcp::mcp
