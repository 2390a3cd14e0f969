// Tools that ask their client while they run, with the suite's names of the revisions before
// 2026-07-28.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "fixture.h"

namespace conformance {

std::string samples(Call& call);
std::string elicits(Call& call);
std::string elicits_defaults(Call& call);
std::string elicits_choices(Call& call);
std::string streams_elicitation(Call& call);
std::string needs_sampling(Call& call);

inline constexpr std::string_view kPromptArgument =
    R"({"type": "object", "properties": {"prompt": {"type": "string",
        "description": "What to say to the model."}}, "required": ["prompt"]})";
inline constexpr std::string_view kMessageArgument =
    R"({"type": "object", "properties": {"message": {"type": "string",
        "description": "What to ask the person."}}, "required": ["message"]})";

inline constexpr std::array kInputTools = {
    tool<samples>("test_sampling", "Lets the client's model answer.", kPromptArgument),
    tool<elicits>("test_elicitation", "Asks the person something.", kMessageArgument),
    tool<elicits_defaults>("test_elicitation_sep1034_defaults", "Asks with default values."),
    tool<elicits_choices>("test_elicitation_sep1330_enums", "Asks for choices of every form."),
    tool<streams_elicitation>("test_streaming_elicitation",
                              "Tells its progress, then asks the person something."),
    tool<needs_sampling>("test_missing_capability", "Is of no use without sampling."),
};

}  // namespace conformance
