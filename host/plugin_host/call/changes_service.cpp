#include "core/uri_template.h"
#include "plugin_host/borrowed_text.h"
#include "plugin_host/call/change_notifier.h"
#include "plugin_host/call/running_call.h"
#include "plugin_host/call/services.h"

// The C function by which a plugin tells that something has changed.

namespace adomcp::plugin_host {
namespace {

bool is_whole_change(std::int32_t what, std::string_view uri) {
  if (what == ADOMCP_CHANGED_RESOURCE) return wrong_uri(uri).empty();
  const bool list = what == ADOMCP_CHANGED_TOOLS || what == ADOMCP_CHANGED_PROMPTS ||
                    what == ADOMCP_CHANGED_RESOURCES;
  return list && uri.empty();
}

void changed(std::int32_t what, adomcp_str uri) noexcept {
  try {
    if (!is_whole_change(what, view_of(uri))) {
      return log_without_call(ADOMCP_WARN,
                              "changed() with an unknown kind or a bad uri is ignored; a uri goes "
                              "with ADOMCP_CHANGED_RESOURCE alone");
    }
    if (!ChangeNotifier::post(what, view_of(uri))) {
      log_without_call(ADOMCP_WARN, "too many changed resources wait to be told; one is dropped");
    }
  } catch (...) {  // out of memory: those who listen look again some day
    return;
  }
}

constexpr adomcp_changes kChanges = {sizeof(adomcp_changes), changed};

}  // namespace

const adomcp_changes& changes_service() {
  return kChanges;
}

}  // namespace adomcp::plugin_host
