#include "plugin_host/call/host_api.h"

#include <memory>

#include "plugin_host/borrowed_text.h"
#include "plugin_host/call/ado_bridge.h"
#include "plugin_host/call/call.h"
#include "plugin_host/call/call_handle.h"
#include "plugin_host/call/running_call.h"
#include "plugin_host/call/services.h"

// The C functions that plugins call. Each looks at its pointers, keeps exceptions from crossing,
// and leaves the rest to Call.

namespace adomcp::plugin_host {
namespace {

void log(adomcp_call* call, std::int32_t level, adomcp_str message) noexcept {
  try {
    const auto found = CallHandle::find(call);
    if (found == nullptr) return log_without_call(level, view_of(message));
    found->log(level, view_of(message));
  } catch (...) {  // a line lost is better than a plugin unwound
    return;
  }
}

adomcp_status interrupted(const adomcp_call* call) noexcept {
  try {
    const auto found = CallHandle::find(call);
    return found == nullptr ? ADOMCP_CANCELLED : found->interrupted();
  } catch (...) {
    return ADOMCP_CANCELLED;
  }
}

std::int64_t remaining_ms(const adomcp_call* call) noexcept {
  try {
    const auto found = CallHandle::find(call);
    return found == nullptr ? 0 : found->remaining_ms();
  } catch (...) {
    return 0;
  }
}

void reply(adomcp_call* call, adomcp_str text, adomcp_str structured_json) noexcept {
  if (call == nullptr) return;
  try {
    if (const auto found = running_call(call, "reply")) {
      found->reply(view_of(text), view_of(structured_json));
    }
  } catch (...) {  // out of memory: without a reply the call fails
    return;
  }
}

void note(adomcp_call* call, adomcp_str key, adomcp_str value) noexcept {
  if (call == nullptr) return;
  try {
    if (const auto found = running_call(call, "note")) found->note(view_of(key), view_of(value));
  } catch (...) {  // out of memory: the audit shows less
    return;
  }
}

adomcp_status ado(adomcp_call* call, const adomcp_ado_request* const* requests,
                  adomcp_ado_response* const* responses, std::uint32_t count) noexcept {
  if (call == nullptr || requests == nullptr || responses == nullptr) {
    return ADOMCP_INVALID_ARGUMENT;
  }
  try {
    if (const auto found = running_call(call, "ado")) return found->ado(requests, responses, count);
    return lend_error_to_all(ADOMCP_CANCELLED, kCallIsOver, responses, count);
  } catch (...) {
    return ADOMCP_INTERNAL;
  }
}

const void* service(const char* id) noexcept {
  return id == nullptr ? nullptr : find_service(id);
}

void progress(adomcp_call* call, double done, double total, adomcp_str message) noexcept {
  if (call == nullptr) return;
  try {
    if (const auto found = running_call(call, "progress")) {
      found->progress(done, total, view_of(message));
    }
  } catch (...) {  // one step that isn't shown
    return;
  }
}

void content(adomcp_call* call, adomcp_str block_json) noexcept {
  if (call == nullptr) return;
  try {
    if (const auto found = running_call(call, "content")) found->content(view_of(block_json));
  } catch (...) {  // out of memory
    return;
  }
}

constexpr adomcp_host kHost = {sizeof(adomcp_host),
                               ADOMCP_ABI_MAJOR,
                               ADOMCP_ABI_MINOR,
                               log,
                               interrupted,
                               remaining_ms,
                               reply,
                               note,
                               ado,
                               service,
                               progress,
                               content};

}  // namespace

const adomcp_host& host_api() {
  return kHost;
}

}  // namespace adomcp::plugin_host
