// adomcp/testing/declared.hpp - what a plugin declares in start() and tells while it runs. Those
// functions are told no host, so that each fake host has a set of its own. Part of testing.hpp.
#pragma once

#include <adomcp/changes.h>
#include <adomcp/completion.h>
#include <adomcp/plugin.h>
#include <adomcp/prompts.h>
#include <adomcp/resources.h>
#include <adomcp/testing/apps.hpp>
#include <adomcp/testing/call.hpp>
#include <adomcp/testing/records.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace adomcp::fake {

/// Of one plugin.
struct Declared {
  std::vector<const adomcp_prompt*> prompts;
  std::vector<const adomcp_resource*> resources;
  std::vector<const adomcp_completer*> completers;
  std::vector<std::string> tasks;  ///< tools whose calls may become tasks
  std::vector<App> apps = {};
  std::map<std::string, AppLink> links = {};  ///< by tool: the app that shows it

  const adomcp_plugin* plugin = nullptr;
  bool starting = false;
  bool has_services = true;
  bool has_ui = true;
  mutable std::mutex mutex = {};  ///< guards what follows: any thread may tell
  std::vector<Change> changes = {};
  std::vector<Log> logs = {};  ///< without a call

  void log(std::int32_t level, std::string message) {
    const std::lock_guard lock(mutex);
    logs.push_back({level, std::move(message)});
  }
};

namespace detail {

template <class Descriptors, class Same>
bool any(const Descriptors& of, const Same& same) {
  return std::any_of(of.begin(), of.end(), same);
}

inline std::string wrong_prompt(const Declared& in, const adomcp_prompt& one) {
  const std::string name = text_of(one.name);
  if (one.struct_size < sizeof(adomcp_prompt) || one.get == nullptr) return "it is not whole";
  if (name.empty()) return "it has no name";
  const auto same = [&](const auto* other) { return text_of(other->name) == name; };
  if (any(in.prompts, same)) return "there is one already";
  if (one.arguments_json.size == 0) return {};
  const auto arguments = nlohmann::json::parse(text_of(one.arguments_json), nullptr, false);
  const bool good = arguments.is_array() && std::all_of(arguments.begin(), arguments.end(),
                                                        [](const nlohmann::json& argument) {
                                                          return has_text(argument, "name");
                                                        });
  return good ? "" : "its arguments are no array of objects with a name";
}

inline std::string wrong_resource(const Declared& in, const adomcp_resource& one) {
  if (one.struct_size < sizeof(adomcp_resource) || one.read == nullptr) return "it is not whole";
  const std::string uri = text_of(one.uri);
  const std::string many = text_of(one.uri_template);
  if (uri.empty() == many.empty()) return "it has either a URI or a template";
  if ((uri + many).find(':') == std::string::npos) return "its URI has no scheme";
  if (one.name.size == 0) return "it has no name";
  const auto same = [&](const auto* other) {
    return text_of(other->uri) == uri && text_of(other->uri_template) == many;
  };
  return any(in.resources, same) ? "there is one already" : "";
}

inline std::string wrong_completer(const Declared& in, const adomcp_completer& one) {
  if (one.struct_size < sizeof(adomcp_completer) || one.complete == nullptr) {
    return "it is not whole";
  }
  const std::string prompt = text_of(one.prompt);
  const std::string many = text_of(one.uri_template);
  if (prompt.empty() == many.empty()) return "it is of either a prompt or a template";
  const bool known =
      prompt.empty()
          ? any(in.resources, [&](const auto* it) { return text_of(it->uri_template) == many; })
          : any(in.prompts, [&](const auto* it) { return text_of(it->name) == prompt; });
  if (!known) return "what it completes has not been added before";
  const auto same = [&](const auto* other) {
    return text_of(other->prompt) == prompt && text_of(other->uri_template) == many;
  };
  return any(in.completers, same) ? "there is one already" : "";
}

/// Adds what isn't wrong.
template <class Descriptor, class Wrong>
adomcp_status add(Declared& to, std::vector<const Descriptor*>& list, const Descriptor* one,
                  const char* what, const Wrong& wrong) {
  std::string why = one == nullptr ? "it is null" : wrong(to, *one);
  if (!to.starting) why = "it was not added in start()";
  if (!why.empty()) {
    to.log(ADOMCP_ERROR, std::string("a ") + what + " is refused: " + why);
    return ADOMCP_INVALID_ARGUMENT;
  }
  list.push_back(one);
  return ADOMCP_OK;
}

inline bool has_tool(const adomcp_plugin& plugin, const std::string& name) {
  for (std::uint32_t i = 0; i < plugin.tool_count; ++i) {
    if (text_of(plugin.tool(i)->name) == name) return true;
  }
  return false;
}

inline adomcp_status allow_task(Declared& to, const std::string& tool) {
  if (!has_tool(*to.plugin, tool) || !to.starting) {
    to.log(ADOMCP_ERROR, "no tool " + tool + " may be a task: there is none, or it is too late");
    return ADOMCP_INVALID_ARGUMENT;
  }
  to.tasks.push_back(tool);
  return ADOMCP_OK;
}

inline adomcp_status add_app(Declared& to, const adomcp_app* one) {
  std::string why = one == nullptr ? "it is null" : wrong_app(*one);
  if (why.empty()) {
    const auto taken = [&](const App& other) { return other.uri == text_of(one->uri); };
    if (any(to.apps, taken)) why = "there is one already";
  }
  if (!to.starting) why = "it was not added in start()";
  if (!why.empty()) {
    to.log(ADOMCP_ERROR, "an app is refused: " + why);
    return ADOMCP_INVALID_ARGUMENT;
  }
  to.apps.push_back(app_of(*one));
  return ADOMCP_OK;
}

inline adomcp_status link_app(Declared& to, const std::string& tool, const std::string& uri,
                              std::uint32_t visible_to) {
  std::string why = wrong_link(uri, visible_to);
  if (!has_tool(*to.plugin, tool)) why = "there is no such tool";
  if (to.links.count(tool) > 0) why = "it has one already";
  if (!to.starting) why = "it is too late";
  if (!why.empty()) {
    to.log(ADOMCP_ERROR, "an app of the tool " + tool + " is refused: " + why);
    return ADOMCP_INVALID_ARGUMENT;
  }
  to.links[tool] = {uri, visible_to == 0 ? kAnybody : visible_to};
  return ADOMCP_OK;
}

constexpr adomcp_input kInput = {sizeof(adomcp_input), elicit, keep, kept};
constexpr adomcp_legacy kLegacy = {sizeof(adomcp_legacy), sample, roots, log_to_client};

constexpr std::size_t kSlots = 32;  // fake hosts alive at once

/// One fake host's functions.
struct Slot {
  Declared* taken = nullptr;
  adomcp_prompts prompts{};
  adomcp_resources resources{};
  adomcp_completion completion{};
  adomcp_tasks tasks{};
  adomcp_changes changes{};
  adomcp_ui ui{};
  const void* (*service)(const char* id) = nullptr;
  void (*log)(adomcp_call*, std::int32_t level, adomcp_str message) = nullptr;
};

inline std::array<Slot, kSlots>& slots() {
  static std::array<Slot, kSlots> all;
  return all;
}
inline std::mutex& slots_mutex() {
  static std::mutex mutex;
  return mutex;
}

/// A service by its id, as the host of this slot has it.
inline const void* service_of(const Slot& slot, std::string_view id) {
  if (!slot.taken->has_services) return nullptr;
  if (id == ADOMCP_INPUT) return &kInput;
  if (id == ADOMCP_LEGACY) return &kLegacy;
  if (id == ADOMCP_PROMPTS) return &slot.prompts;
  if (id == ADOMCP_RESOURCES) return &slot.resources;
  if (id == ADOMCP_COMPLETION) return &slot.completion;
  if (id == ADOMCP_TASKS) return &slot.tasks;
  if (id == ADOMCP_CHANGES) return &slot.changes;
  if (id == ADOMCP_UI && slot.taken->has_ui) return &slot.ui;
  return nullptr;
}

inline void log_line(Declared& without_call, adomcp_call* call, std::int32_t level,
                     adomcp_str message) {
  if (call == nullptr) return without_call.log(level, text_of(message));
  const std::lock_guard lock(call->mutex);
  call->outcome.logs.push_back({level, text_of(message)});
}

template <std::size_t Index>
void fill_slot(Slot& slot) {
  slot.prompts = {sizeof(adomcp_prompts), [](const adomcp_prompt* one) {
                    Declared& to = *slots()[Index].taken;
                    return add(to, to.prompts, one, "prompt", wrong_prompt);
                  }};
  slot.resources = {sizeof(adomcp_resources), [](const adomcp_resource* one) {
                      Declared& to = *slots()[Index].taken;
                      return add(to, to.resources, one, "resource", wrong_resource);
                    }};
  slot.completion = {sizeof(adomcp_completion), [](const adomcp_completer* one) {
                       Declared& to = *slots()[Index].taken;
                       return add(to, to.completers, one, "completer", wrong_completer);
                     }};
  slot.tasks = {sizeof(adomcp_tasks),
                [](adomcp_str tool) { return allow_task(*slots()[Index].taken, text_of(tool)); },
                begin_task};
  slot.changes = {sizeof(adomcp_changes), [](std::int32_t what, adomcp_str uri) {
                    Declared& to = *slots()[Index].taken;
                    const std::lock_guard lock(to.mutex);
                    to.changes.push_back({what, text_of(uri)});
                  }};
  slot.ui = {sizeof(adomcp_ui),
             [](const adomcp_app* one) { return add_app(*slots()[Index].taken, one); },
             [](adomcp_str tool, adomcp_str uri, std::uint32_t visible_to) {
               return link_app(*slots()[Index].taken, text_of(tool), text_of(uri), visible_to);
             }};
  slot.service = [](const char* id) { return service_of(slots()[Index], id); };
  slot.log = [](adomcp_call* call, std::int32_t level, adomcp_str message) {
    log_line(*slots()[Index].taken, call, level, message);
  };
}

template <std::size_t... Indexes>
void fill_slots(std::index_sequence<Indexes...>) {
  (fill_slot<Indexes>(slots()[Indexes]), ...);
}

}  // namespace detail

/// Holds one set of functions for as long as it lives.
class Functions {
 public:
  explicit Functions(Declared& declared) {
    const std::lock_guard lock(detail::slots_mutex());
    for (detail::Slot& slot : detail::slots()) {
      if (slot.taken != nullptr) continue;
      if (slot.service == nullptr) detail::fill_slots(std::make_index_sequence<detail::kSlots>());
      slot.taken = &declared;
      slot_ = &slot;
      return;
    }
    throw std::runtime_error("too many fake hosts at once");
  }
  ~Functions() {
    const std::lock_guard lock(detail::slots_mutex());
    slot_->taken = nullptr;
  }
  Functions(const Functions&) = delete;
  Functions& operator=(const Functions&) = delete;

  const detail::Slot& slot() const { return *slot_; }

 private:
  detail::Slot* slot_ = nullptr;
};

}  // namespace adomcp::fake
