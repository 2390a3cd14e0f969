// Tools whose calls may become tasks, and one whose calls never do.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "fixture.h"

namespace conformance {

std::string greets(Call& call);
std::string computes_slowly(Call& call);
std::string fails_as_task(Call& call);
std::string breaks_as_task(Call& call);
std::string confirms_delete(Call& call);
std::string asks_two(Call& call);
std::string asks_then_works(Call& call);

inline constexpr std::string_view kNameArgument =
    R"({"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]})";
inline constexpr std::string_view kComputeArguments =
    R"({"type": "object", "properties": {
        "seconds": {"type": "number", "minimum": 0, "maximum": 300},
        "label": {"type": "string"}}, "required": ["seconds"]})";
inline constexpr std::string_view kFileArgument =
    R"({"type": "object", "properties": {"filename": {"type": "string"}}})";

inline constexpr std::array kTaskTools = {
    tool<greets>("greet", "Greets somebody; never a task.", kNameArgument),
    tool<computes_slowly>("slow_compute", "Takes its time, as a task where the client takes one.",
                          kComputeArguments),
    tool<fails_as_task>("failing_job", "A task that ends with a tool's error."),
    tool<breaks_as_task>("protocol_error_job", "A task that the server fails to carry out."),
    tool<confirms_delete>("confirm_delete", "A task that asks before it deletes nothing.",
                          kFileArgument),
    tool<asks_two>("multi_input", "A task that asks two things at once."),
    tool<asks_then_works>("test_tool_with_task", "Asks first and becomes a task then."),
};

/// Those of them that may become one.
inline constexpr std::array<std::string_view, 6> kMayBeTask = {
    "slow_compute",   "failing_job", "protocol_error_job",
    "confirm_delete", "multi_input", "test_tool_with_task"};

}  // namespace conformance
