#include "plugin_host/load/registration.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/json.h"
#include "core/text.h"
#include "core/uri_template.h"
#include "plugin_host/borrowed_text.h"
#include "plugin_host/load/app_reader.h"
#include "plugin_host/load/descriptor_checks.h"
#include "plugin_host/load/plugin.h"
#include "plugin_host/plugin_log.h"

namespace adomcp::plugin_host {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxPrompts = 64;
constexpr std::size_t kMaxResources = 256;
constexpr std::size_t kMaxCompleters = 256;
constexpr std::size_t kMaxProblems = 32;
constexpr std::size_t kMaxArguments = 32;
constexpr std::size_t kMaxArgumentsJson = std::size_t{64} * 1024;
constexpr std::size_t kMaxDisplayName = 256;
constexpr std::size_t kMaxMimeType = 128;
constexpr std::size_t kMaxShown = 128;

thread_local Registration* current_registration = nullptr;

std::string quoted(std::string_view name) {
  return "'" + escape_for_log(name, kMaxShown) + "'";
}

/// Whether `descriptor` reaches to its function; only then may its other fields be read.
template <typename Descriptor>
std::string wrong_size(const Descriptor& descriptor, bool whole) {
  if (whole && descriptor.struct_size <= kMaxStruct) return "";
  return "it has a struct_size of " + std::to_string(descriptor.struct_size) +
         ", which none of this ABI has";
}

bool is_absent_or(const Json& object, const char* key, bool (Json::*is)() const noexcept) {
  const auto found = object.find(key);
  return found == object.end() || ((*found).*is)();
}

std::string wrong_argument(const Json& argument, std::vector<std::string>& names) {
  if (!argument.is_object()) return "holds something that is no object";
  const auto name = argument.find("name");
  if (name == argument.end() || !name->is_string()) return "has an argument without a name";
  auto text = name->get<std::string>();
  if (text.empty() || text.size() > kMaxName) {
    return "has an argument whose name is not 1 to 64 bytes long";
  }
  if (!is_absent_or(argument, "title", &Json::is_string) ||
      !is_absent_or(argument, "description", &Json::is_string) ||
      !is_absent_or(argument, "required", &Json::is_boolean)) {
    return "has an argument whose title, description or required is of the wrong type";
  }
  if (std::find(names.begin(), names.end(), text) != names.end()) return "has an argument twice";
  names.push_back(std::move(text));
  return "";
}

/// Why this can't be a prompt's arguments; empty when it can.
std::string wrong_arguments(std::string_view arguments_json) {
  if (arguments_json.empty()) return "";
  if (arguments_json.size() > kMaxArgumentsJson) return "is larger than 64 KiB";
  if (!is_utf8(arguments_json)) return "is not valid UTF-8";
  const auto parsed = json_from(arguments_json);
  if (!parsed.is_array()) return "is not a JSON array";
  if (parsed.size() > kMaxArguments) return "has more than 32 arguments";
  std::vector<std::string> names;
  for (const Json& argument : parsed) {
    if (auto wrong = wrong_argument(argument, names); !wrong.empty()) return wrong;
  }
  return "";
}

std::string wrong_prompt(const adomcp_prompt& prompt) {
  if (prompt.get == nullptr) return "it has no get function";
  if (!is_plain_name(view_of(prompt.name))) {
    return "a name is 1 to 64 letters, digits, '_', '.' or '-'";
  }
  auto wrong = wrong_words(view_of(prompt.title), view_of(prompt.description));
  if (!wrong.empty()) return wrong;
  wrong = wrong_arguments(view_of(prompt.arguments_json));
  return wrong.empty() ? "" : "its arguments_json " + wrong;
}

std::string wrong_mime_type(std::string_view type) {
  if (type.empty()) return "";
  const bool visible =
      std::all_of(type.begin(), type.end(), [](char c) { return c >= ' ' && c <= '~'; });
  const bool good =
      visible && type.size() <= kMaxMimeType && type.find('/') != std::string_view::npos;
  return good ? "" : "its mime_type is not one, such as text/plain";
}

std::string wrong_resource(const adomcp_resource& resource) {
  const auto uri = view_of(resource.uri);
  const auto uri_template = view_of(resource.uri_template);
  if (resource.read == nullptr) return "it has no read function";
  if (uri.empty() == uri_template.empty()) return "it needs either a uri or a uri_template";
  auto wrong = uri.empty() ? wrong_uri_template(uri_template) : wrong_uri(uri);
  if (!wrong.empty()) return (uri.empty() ? "its uri_template " : "its uri ") + wrong;
  const auto name = view_of(resource.name);
  if (name.empty() || name.size() > kMaxDisplayName || !is_utf8(name)) {
    return "its name is not 1 to 256 bytes of UTF-8";
  }
  wrong = wrong_words(view_of(resource.title), view_of(resource.description));
  return wrong.empty() ? wrong_mime_type(view_of(resource.mime_type)) : wrong;
}

Prompt to_prompt(const adomcp_prompt& from) {
  Prompt to;
  to.kind = OperationKind::kPrompt;
  to.name = view_of(from.name);
  to.read_only = true;
  to.entry = from.get;
  to.title = view_of(from.title);
  to.description = view_of(from.description);
  to.arguments_json = view_of(from.arguments_json);
  return to;
}

Resource to_resource(const adomcp_resource& from) {
  Resource to;
  to.kind = OperationKind::kResource;
  to.is_template = view_of(from.uri).empty();
  to.name = to.is_template ? view_of(from.uri_template) : view_of(from.uri);
  to.read_only = true;
  to.entry = from.read;
  to.display_name = view_of(from.name);
  to.title = view_of(from.title);
  to.description = view_of(from.description);
  to.mime_type = view_of(from.mime_type);
  return to;
}

/// Why the resource can't have its `_meta` or icons, which are read into `to`; empty when it can.
std::string read_extras(const adomcp_resource& from, Resource& to) {
  if (!ADOMCP_HAS(&from, icons_json)) return "";  // of a plugin built before ABI 0.3
  return adomcp::plugin_host::read_extras(view_of(from.meta_json), view_of(from.icons_json),
                                          to.meta_json, to.icons_json);
}

bool has_shape(const std::vector<Resource>& resources, std::string_view shape) {
  return std::any_of(resources.begin(), resources.end(),
                     [&](const Resource& one) { return shape_of(one.name) == shape; });
}

}  // namespace

adomcp_status Registration::refuse(const std::string& what, const std::string& why) {
  const std::string line = what + ": " + why;
  if (BoundedLog* const log = LogScope::current()) log->write(ADOMCP_WARN, line);
  if (declared_.problems.size() < kMaxProblems) declared_.problems.push_back(line);
  return ADOMCP_INVALID_ARGUMENT;
}

adomcp_status Registration::add(const adomcp_prompt& prompt) {
  auto& prompts = declared_.prompts;
  if (auto wrong = wrong_size(prompt, ADOMCP_HAS(&prompt, get)); !wrong.empty()) {
    return refuse("a prompt", wrong);
  }
  const auto name = view_of(prompt.name);
  const std::string what = "prompt " + quoted(name);
  if (auto wrong = wrong_prompt(prompt); !wrong.empty()) return refuse(what, wrong);
  if (has_named(prompts, name)) return refuse(what, "it is declared twice");
  if (prompts.size() >= kMaxPrompts) return refuse(what, "a plugin has at most 64 prompts");
  prompts.push_back(to_prompt(prompt));
  return ADOMCP_OK;
}

adomcp_status Registration::add(const adomcp_resource& resource) {
  auto& resources = declared_.resources;
  if (auto wrong = wrong_size(resource, ADOMCP_HAS(&resource, read)); !wrong.empty()) {
    return refuse("a resource", wrong);
  }
  const auto uri = view_of(resource.uri);
  const auto name = uri.empty() ? view_of(resource.uri_template) : uri;
  const std::string what = "resource " + quoted(name);
  if (auto wrong = wrong_resource(resource); !wrong.empty()) return refuse(what, wrong);
  if (has_shape(resources, shape_of(name))) {
    return refuse(what, "it is declared twice, or like another but for the placeholders' names");
  }
  if (resources.size() >= kMaxResources) {
    return refuse(what, "a plugin has at most 256 resources and templates");
  }
  Resource kept = to_resource(resource);
  if (auto wrong = read_extras(resource, kept); !wrong.empty()) return refuse(what, wrong);
  resources.push_back(std::move(kept));
  return ADOMCP_OK;
}

adomcp_status Registration::add(const adomcp_app& app) {
  auto& resources = declared_.resources;
  if (auto wrong = wrong_size(app, ADOMCP_HAS(&app, icons_json)); !wrong.empty()) {
    return refuse("an app", wrong);
  }
  const auto uri = view_of(app.uri);
  const std::string what = "app " + quoted(uri);
  auto kept = read_app(app);
  if (!kept) return refuse(what, kept.error().message);
  if (has_shape(resources, shape_of(uri))) return refuse(what, "it is declared twice");
  if (resources.size() >= kMaxResources) {
    return refuse(what, "a plugin has at most 256 resources and templates");
  }
  resources.push_back(std::move(kept).value());
  return ADOMCP_OK;
}

adomcp_status Registration::add(const adomcp_completer& completer) {
  auto& completers = declared_.completers;
  if (auto wrong = wrong_size(completer, ADOMCP_HAS(&completer, complete)); !wrong.empty()) {
    return refuse("a completer", wrong);
  }
  const auto prompt = view_of(completer.prompt);
  const auto uri_template = view_of(completer.uri_template);
  const auto name = prompt.empty() ? uri_template : prompt;
  const std::string what = "completer of " + quoted(name);
  if (completer.complete == nullptr) return refuse(what, "it has no complete function");
  if (auto wrong = wrong_target(prompt, uri_template); !wrong.empty()) return refuse(what, wrong);
  if (has_named(completers, name)) return refuse(what, "it is declared twice");
  if (completers.size() >= kMaxCompleters) {
    return refuse(what, "a plugin has at most 256 completers");
  }
  Callable kept;
  kept.kind = OperationKind::kCompletion;
  kept.name = name;
  kept.read_only = true;
  kept.entry = completer.complete;
  completers.push_back(std::move(kept));
  return ADOMCP_OK;
}

std::string Registration::wrong_target(std::string_view prompt,
                                       std::string_view uri_template) const {
  if (prompt.empty() == uri_template.empty()) return "it needs either a prompt or a uri_template";
  const auto& resources = declared_.resources;
  const bool known =
      prompt.empty() ? std::any_of(resources.begin(), resources.end(),
                                   [&](const Resource& resource) {
                                     return resource.is_template && resource.name == uri_template;
                                   })
                     : has_named(declared_.prompts, prompt);
  return known ? "" : "the plugin has not declared what it completes; declare that first";
}

adomcp_status Registration::allow_task(std::string_view tool) {
  if (!has_tool(tool)) {
    return refuse("task " + quoted(tool), "the plugin has no tool of this name");
  }
  auto& tasks = declared_.tasks;
  if (std::find(tasks.begin(), tasks.end(), tool) == tasks.end()) tasks.emplace_back(tool);
  return ADOMCP_OK;
}

adomcp_status Registration::link_app(std::string_view tool, std::string_view uri,
                                     std::uint32_t visible_to) {
  const std::string what = "app of tool " + quoted(tool);
  if (!has_tool(tool)) return refuse(what, "the plugin has no tool of this name");
  auto link = read_app_link(uri, visible_to);
  if (!link) return refuse(what, link.error().message);
  if (!declared_.app_links.emplace(tool, std::move(link).value()).second) {
    return refuse(what, "it is declared twice");
  }
  return ADOMCP_OK;
}

/// The descriptor's names were looked at before; the plugin's table doesn't change.
bool Registration::has_tool(std::string_view name) const {
  for (std::uint32_t i = 0; i < plugin_.tool_count; ++i) {
    const adomcp_tool* const tool = plugin_.tool(i);
    if (tool != nullptr && ADOMCP_HAS(tool, name) && view_of(tool->name) == name) return true;
  }
  return false;
}

RegistrationScope::RegistrationScope(Registration& registration) {
  current_registration = &registration;
}

RegistrationScope::~RegistrationScope() {
  current_registration = nullptr;
}

Registration* RegistrationScope::current() {
  return current_registration;
}

}  // namespace adomcp::plugin_host
