// adomcp/start.hpp - what a plugin does once, when it is started: it declares what it offers beside
// its tools.
//
//   void declare(adomcp::Start& start) {
//     start.add(adomcp::prompt<greet>("greet", "Greet", "Greets somebody.", kGreetArguments));
//     start.may_be_task("nightly_report");
//   }
//   ADOMCP_PLUGIN_WITH("hello", "1.0.0", tools, declare)
//
// prompts.hpp, resources.hpp, completion.hpp and ui.hpp make what add() takes. Part of plugin.hpp.
#pragma once

#include <adomcp/completion.h>
#include <adomcp/plugin.h>
#include <adomcp/prompts.h>
#include <adomcp/resources.h>
#include <adomcp/tasks.h>
#include <adomcp/ui.h>
#include <adomcp/call.hpp>

#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace adomcp {

namespace detail {

/// What start() declared, for as long as the host looks at it.
struct Declared {
  std::deque<std::string> texts;
  std::deque<adomcp_prompt> prompts;
  std::deque<adomcp_resource> resources;
  std::deque<adomcp_completer> completers;
  std::vector<std::function<void()>> at_stop;
};

}  // namespace detail

/// The host at the time of start(); not to be kept.
class Start {
 public:
  explicit Start(detail::Declared& declared) : declared_(declared) {}

  /// The plugin's `settings:` from the YAML.
  Json settings() const { return adomcp::settings(); }
  /// Whether the host has a service: start.has(ADOMCP_PROMPTS). Adding without it throws.
  bool has(const char* service) const { return detail::host->service(service) != nullptr; }
  void log(std::int32_t level, std::string_view message) const {
    detail::host->log(nullptr, level, str(message));
  }

  /// The words may be temporary: they are copied.
  void add(const adomcp_prompt& prompt);
  void add(const adomcp_resource& resource);
  void add(const adomcp_completer& completer);  ///< after its prompt or template
  void add(const adomcp_app& app);

  /// Calls of this tool may become tasks, see tasks.hpp.
  void may_be_task(std::string_view tool);

  /// The app with this URI shows this tool, see ui.hpp.
  void link_app(std::string_view tool, std::string_view uri,
                std::uint32_t visible_to = ADOMCP_UI_MODEL | ADOMCP_UI_APP);

  /// Runs when the plugin is stopped, the last one first: joins threads that were made here. Also
  /// when starting fails later on.
  void at_stop(std::function<void()> function) { declared_.at_stop.push_back(std::move(function)); }

 private:
  template <class Service>
  const Service& need(const char* id) const {
    const auto* const found = detail::service<Service>(id);
    if (found == nullptr) throw std::runtime_error(std::string("this host has no ") + id);
    return *found;
  }
  adomcp_str copy(adomcp_str text) {
    declared_.texts.emplace_back(view(text));
    return str(declared_.texts.back());
  }
  static void check(adomcp_status status, const char* what, adomcp_str name) {
    if (status == ADOMCP_OK) return;
    throw std::runtime_error("the host refuses the " + std::string(what) + " '" +
                             std::string(view(name)) + "' with status " + std::to_string(status));
  }

  detail::Declared& declared_;
};

inline void Start::add(const adomcp_prompt& prompt) {
  const auto& prompts = need<adomcp_prompts>(ADOMCP_PROMPTS);
  adomcp_prompt& kept = declared_.prompts.emplace_back(prompt);
  kept.name = copy(prompt.name);
  kept.title = copy(prompt.title);
  kept.description = copy(prompt.description);
  kept.arguments_json = copy(prompt.arguments_json);
  check(prompts.add(&kept), "prompt", kept.name);
}

inline void Start::add(const adomcp_resource& resource) {
  const auto& resources = need<adomcp_resources>(ADOMCP_RESOURCES);
  adomcp_resource& kept = declared_.resources.emplace_back(resource);
  kept.uri = copy(resource.uri);
  kept.uri_template = copy(resource.uri_template);
  kept.name = copy(resource.name);
  kept.title = copy(resource.title);
  kept.description = copy(resource.description);
  kept.mime_type = copy(resource.mime_type);
  kept.meta_json = copy(resource.meta_json);
  kept.icons_json = copy(resource.icons_json);
  check(resources.add(&kept), "resource", kept.uri.size > 0 ? kept.uri : kept.uri_template);
}

inline void Start::add(const adomcp_completer& completer) {
  const auto& completion = need<adomcp_completion>(ADOMCP_COMPLETION);
  adomcp_completer& kept = declared_.completers.emplace_back(completer);
  kept.prompt = copy(completer.prompt);
  kept.uri_template = copy(completer.uri_template);
  check(completion.add(&kept), "completer of",
        kept.prompt.size > 0 ? kept.prompt : kept.uri_template);
}

inline void Start::may_be_task(std::string_view tool) {
  check(need<adomcp_tasks>(ADOMCP_TASKS).allow(str(tool)), "task", str(tool));
}

/// The host copies it, so nothing is kept here.
inline void Start::add(const adomcp_app& app) {
  check(need<adomcp_ui>(ADOMCP_UI).add(&app), "app", app.uri);
}

inline void Start::link_app(std::string_view tool, std::string_view uri, std::uint32_t visible_to) {
  check(need<adomcp_ui>(ADOMCP_UI).link(str(tool), str(uri), visible_to), "app of tool", str(tool));
}

namespace detail {

inline void run_at_stop(Declared& declared) noexcept {
  for (auto one = declared.at_stop.rbegin(); one != declared.at_stop.rend(); ++one) {
    try {
      (*one)();
    } catch (const std::exception& error) {
      host->log(nullptr, ADOMCP_ERROR, str(error.what()));
    } catch (...) {
      host->log(nullptr, ADOMCP_ERROR, str("a function of at_stop() threw"));
    }
  }
}

/// `self` becomes what `declare` declared; stop() takes it back.
template <class Declare>
adomcp_status start_by(const adomcp_host* from, adomcp_str settings_json, void** self,
                       const Declare& declare) noexcept {
  host = from;
  std::unique_ptr<Declared> declared;
  try {
    settings = std::string(view(settings_json));
    declared = std::make_unique<Declared>();
    Start start(*declared);
    declare(start);
    *self = declared.release();
    return ADOMCP_OK;
  } catch (const std::exception& error) {
    host->log(nullptr, ADOMCP_ERROR, str(error.what()));
  } catch (...) {
    host->log(nullptr, ADOMCP_ERROR, str("start threw something that is no std::exception"));
  }
  if (declared != nullptr) run_at_stop(*declared);
  return ADOMCP_INTERNAL;
}

/// Of a plugin that declares nothing.
inline adomcp_status start(const adomcp_host* from, adomcp_str settings_json,
                           void** self) noexcept {
  try {
    host = from;
    settings = std::string(view(settings_json));
    *self = nullptr;
    return ADOMCP_OK;
  } catch (...) {
    return ADOMCP_INTERNAL;
  }
}

template <auto Declare>
adomcp_status start_with(const adomcp_host* from, adomcp_str settings_json, void** self) noexcept {
  return start_by(from, settings_json, self, Declare);
}

inline void stop(void* self) noexcept {
  const std::unique_ptr<Declared> declared(static_cast<Declared*>(self));
  if (declared != nullptr) run_at_stop(*declared);
}

}  // namespace detail
}  // namespace adomcp
