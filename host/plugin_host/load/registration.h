#pragma once

#include <adomcp/completion.h>
#include <adomcp/prompts.h>
#include <adomcp/resources.h>
#include <adomcp/ui.h>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "plugin_host/catalog.h"

namespace adomcp::plugin_host {

/// What a plugin declared in start(), checked and copied; without plugin, timeout and guard.
struct Declared {
  std::vector<Prompt> prompts;
  std::vector<Resource> resources;
  std::vector<Callable> completers;
  std::vector<std::string> tasks;                         ///< tools whose calls may become tasks
  std::map<std::string, AppLink, std::less<>> app_links;  ///< by tool
  std::vector<std::string> problems;  ///< why something that it declared isn't in here
};

/// Takes what one start() declares. Each function gives OK or INVALID_ARGUMENT, and then a line in
/// the log and a problem say why. Not thread-safe.
class Registration {
 public:
  explicit Registration(const adomcp_plugin& plugin) : plugin_(plugin) {}

  adomcp_status add(const adomcp_prompt& prompt);
  adomcp_status add(const adomcp_resource& resource);
  adomcp_status add(const adomcp_completer& completer);
  adomcp_status add(const adomcp_app& app);
  adomcp_status allow_task(std::string_view tool);
  adomcp_status link_app(std::string_view tool, std::string_view uri, std::uint32_t visible_to);

  Declared take() { return std::move(declared_); }

 private:
  adomcp_status refuse(const std::string& what, const std::string& why);
  std::string wrong_target(std::string_view prompt, std::string_view uri_template) const;
  bool has_tool(std::string_view name) const;

  const adomcp_plugin& plugin_;
  Declared declared_;
};

/// While it lives, what this thread declares goes to `registration`: that of start() alone.
class RegistrationScope {
 public:
  explicit RegistrationScope(Registration& registration);
  ~RegistrationScope();
  RegistrationScope(const RegistrationScope&) = delete;
  RegistrationScope& operator=(const RegistrationScope&) = delete;

  /// Null on every thread that doesn't run a start().
  static Registration* current();
};

}  // namespace adomcp::plugin_host
