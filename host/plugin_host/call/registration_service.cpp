#include <string>

#include "plugin_host/borrowed_text.h"
#include "plugin_host/call/call.h"
#include "plugin_host/call/running_call.h"
#include "plugin_host/call/services.h"
#include "plugin_host/load/registration.h"

// The C functions by which a plugin declares something in start(), and that of a call that becomes
// a task.

namespace adomcp::plugin_host {
namespace {

/// `declare` gets the registration of the start() that runs on this thread.
template <typename Declare>
adomcp_status in_start(const char* function, Declare declare) noexcept {
  try {
    if (Registration* const registration = RegistrationScope::current()) {
      return declare(*registration);
    }
    log_without_call(ADOMCP_WARN, std::string(function) +
                                      "() works only in start(), on the thread that runs it");
    return ADOMCP_INVALID_ARGUMENT;
  } catch (...) {
    return ADOMCP_INTERNAL;
  }
}

template <typename Descriptor>
adomcp_status add(const char* function, const Descriptor* descriptor) noexcept {
  if (descriptor == nullptr) return ADOMCP_INVALID_ARGUMENT;
  return in_start(function,
                  [&](Registration& registration) { return registration.add(*descriptor); });
}

adomcp_status add_prompt(const adomcp_prompt* prompt) noexcept {
  return add("prompts.add", prompt);
}

adomcp_status add_resource(const adomcp_resource* resource) noexcept {
  return add("resources.add", resource);
}

adomcp_status add_completer(const adomcp_completer* completer) noexcept {
  return add("completion.add", completer);
}

adomcp_status add_app(const adomcp_app* app) noexcept {
  return add("ui.add", app);
}

adomcp_status link_app(adomcp_str tool, adomcp_str uri, std::uint32_t visible_to) noexcept {
  return in_start("ui.link", [&](Registration& registration) {
    return registration.link_app(view_of(tool), view_of(uri), visible_to);
  });
}

adomcp_status allow_task(adomcp_str tool) noexcept {
  return in_start("tasks.allow", [&](Registration& registration) {
    return registration.allow_task(view_of(tool));
  });
}

adomcp_status begin_task(adomcp_call* call, std::int64_t ttl_ms, std::int64_t poll_ms) noexcept {
  if (call == nullptr) return ADOMCP_INVALID_ARGUMENT;
  try {
    const auto found = running_call(call, "tasks.begin");
    return found == nullptr ? ADOMCP_CANCELLED : found->begin_task(ttl_ms, poll_ms);
  } catch (...) {
    return ADOMCP_INTERNAL;
  }
}

constexpr adomcp_prompts kPrompts = {sizeof(adomcp_prompts), add_prompt};
constexpr adomcp_resources kResources = {sizeof(adomcp_resources), add_resource};
constexpr adomcp_completion kCompletion = {sizeof(adomcp_completion), add_completer};
constexpr adomcp_ui kUi = {sizeof(adomcp_ui), add_app, link_app};
constexpr adomcp_tasks kTasks = {sizeof(adomcp_tasks), allow_task, begin_task};

}  // namespace

const adomcp_prompts& prompts_service() {
  return kPrompts;
}

const adomcp_resources& resources_service() {
  return kResources;
}

const adomcp_completion& completion_service() {
  return kCompletion;
}

const adomcp_ui& ui_service() {
  return kUi;
}

const adomcp_tasks& tasks_service() {
  return kTasks;
}

}  // namespace adomcp::plugin_host
