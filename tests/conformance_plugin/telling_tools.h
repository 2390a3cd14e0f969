// Tools that tell something besides their result: progress, log lines, changes.
#pragma once

#include <array>
#include <string>

#include "fixture.h"

namespace conformance {

std::string logs(Call& call);
std::string logs_once(Call& call);
std::string progresses(Call& call);
std::string changes_tools(Call& call);
std::string changes_prompts(Call& call);
std::string changes_watched(Call& call);

inline constexpr std::array kTellingTools = {
    tool<logs>("test_tool_with_logging", "Sends three log lines while it runs."),
    tool<logs_once>("test_logging_tool", "Sends a log line to those who asked for it."),
    tool<progresses>("test_tool_with_progress", "Tells its progress three times."),
    tool<changes_tools>("test_trigger_tool_change", "Says that the list of tools has changed."),
    tool<changes_prompts>("test_trigger_prompt_change",
                          "Says that the list of prompts has changed."),
    tool<changes_watched>("test_trigger_resource_update",
                          "Says that test://watched-resource has changed."),
};

}  // namespace conformance
