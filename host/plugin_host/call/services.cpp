#include "plugin_host/call/services.h"

namespace adomcp::plugin_host {

const void* find_service(std::string_view id) noexcept {
  if (id == ADOMCP_INPUT) return &input_service();
  if (id == ADOMCP_PROMPTS) return &prompts_service();
  if (id == ADOMCP_RESOURCES) return &resources_service();
  if (id == ADOMCP_COMPLETION) return &completion_service();
  if (id == ADOMCP_CHANGES) return &changes_service();
  if (id == ADOMCP_TASKS) return &tasks_service();
  if (id == ADOMCP_UI) return &ui_service();
  if (id == ADOMCP_LEGACY) return &legacy_service();
  return nullptr;
}

}  // namespace adomcp::plugin_host
