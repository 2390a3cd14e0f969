#pragma once

#include <adomcp/changes.h>
#include <adomcp/completion.h>
#include <adomcp/input.h>
#include <adomcp/legacy.h>
#include <adomcp/prompts.h>
#include <adomcp/resources.h>
#include <adomcp/tasks.h>
#include <adomcp/ui.h>

#include <string_view>

namespace adomcp::plugin_host {

// The tables of the services; they live as long as the process.
const adomcp_input& input_service();
const adomcp_prompts& prompts_service();
const adomcp_resources& resources_service();
const adomcp_completion& completion_service();
const adomcp_changes& changes_service();
const adomcp_tasks& tasks_service();
const adomcp_ui& ui_service();
const adomcp_legacy& legacy_service();

/// The table of the service with this id; null when this host has none.
const void* find_service(std::string_view id) noexcept;

}  // namespace adomcp::plugin_host
