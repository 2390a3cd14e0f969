#include "plugin_host/borrowed_text.h"
#include "plugin_host/call/call.h"
#include "plugin_host/call/running_call.h"
#include "plugin_host/call/services.h"

// The C functions by which a running call asks its client.

namespace adomcp::plugin_host {
namespace {

/// `ask` gets the call and fills what is lent.
template <typename Ask>
adomcp_status in_call(adomcp_call* call, const char* function, adomcp_str* lent, Ask ask) noexcept {
  if (call == nullptr || lent == nullptr) return ADOMCP_INVALID_ARGUMENT;
  *lent = {};
  try {
    const auto found = running_call(call, function);
    return found == nullptr ? ADOMCP_CANCELLED : ask(*found, *lent);
  } catch (...) {
    return ADOMCP_INTERNAL;
  }
}

adomcp_status elicit(adomcp_call* call, adomcp_str key, adomcp_str message,
                     adomcp_str requested_schema, adomcp_str* answer_json) noexcept {
  return in_call(call, "elicit", answer_json, [&](Call& found, adomcp_str& answer) {
    return found.elicit(view_of(key), view_of(message), view_of(requested_schema), answer);
  });
}

adomcp_status keep(adomcp_call* call, adomcp_str state) noexcept {
  adomcp_str nothing{};
  return in_call(call, "keep", &nothing, [&](Call& found, adomcp_str&) {
    return found.keep_for_next_round(view_of(state));
  });
}

adomcp_str kept(adomcp_call* call) noexcept {
  adomcp_str state{};
  in_call(call, "kept", &state, [](Call& found, adomcp_str& lent) {
    lent = found.kept_before();
    return adomcp_status{ADOMCP_OK};
  });
  return state;
}

adomcp_status sample(adomcp_call* call, adomcp_str key, adomcp_str params_json,
                     adomcp_str* result_json) noexcept {
  return in_call(call, "sample", result_json, [&](Call& found, adomcp_str& result) {
    return found.sample(view_of(key), view_of(params_json), result);
  });
}

adomcp_status roots(adomcp_call* call, adomcp_str key, adomcp_str* result_json) noexcept {
  return in_call(call, "roots", result_json, [&](Call& found, adomcp_str& result) {
    return found.roots(view_of(key), result);
  });
}

void log_to_client(adomcp_call* call, adomcp_str level, adomcp_str logger,
                   adomcp_str data_json) noexcept {
  adomcp_str nothing{};
  in_call(call, "legacy.log", &nothing, [&](Call& found, adomcp_str&) {
    found.log_to_client(view_of(level), view_of(logger), view_of(data_json));
    return adomcp_status{ADOMCP_OK};
  });
}

constexpr adomcp_input kInput = {sizeof(adomcp_input), elicit, keep, kept};
constexpr adomcp_legacy kLegacy = {sizeof(adomcp_legacy), sample, roots, log_to_client};

}  // namespace

const adomcp_input& input_service() {
  return kInput;
}

const adomcp_legacy& legacy_service() {
  return kLegacy;
}

}  // namespace adomcp::plugin_host
