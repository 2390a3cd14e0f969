#pragma once

#include <optional>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "plugin_host/catalog.h"
#include "policy/policy.h"

// Pure: the one argument that the host reserves for itself, with `without_elicitation: two_step`.
// Plugins never see it.

namespace adomcp::mcp {

inline constexpr const char* kConfirmationArgument = "confirmation";
inline constexpr std::size_t kMaxConfirmation = 4096;

/// Whether the host takes `confirmation` of this tool's arguments: it writes, and some project has
/// two_step.
bool reserves_confirmation(const plugin_host::Tool& tool, const policy::Policy& policy);

/// The same for a whole policy; what an index of tools is made with.
bool any_two_step(const policy::Policy& policy);

/// `input_schema` with the reserved argument. Give it only schemas that passed the check below.
std::string with_confirmation(const std::string& input_schema);

/// Why a tool that writes can't be served where the argument is reserved; nullopt when it can.
std::optional<std::string> check_confirmation_argument(const plugin_host::Tool& tool);

/// Takes the argument out of `arguments`. nullopt when absent, blank, null, {} or [],
/// which is how models leave text out. Blanks around it are left aside. What is no text comes back
/// as JSON text, which was never given out.
std::optional<std::string> take_confirmation(nlohmann::json& arguments);

}  // namespace adomcp::mcp
