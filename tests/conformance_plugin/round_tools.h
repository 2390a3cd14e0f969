// Tools that take more than one round on the wire of 2026-07-28. They are written straight on; the
// rounds are the host's and the SDK's business.
#pragma once

#include <array>
#include <string>

#include "fixture.h"

namespace conformance {

std::string asks_name(Call& call);
std::string asks_model(Call& call);
std::string asks_roots(Call& call);
std::string asks_with_state(Call& call);
std::string asks_three(Call& call);
std::string asks_twice(Call& call);
std::string asks_to_confirm(Call& call);
std::string asks_what_client_can(Call& call);

inline constexpr std::array kRoundTools = {
    tool<asks_name>("test_input_required_result_elicitation", "Asks for a name."),
    tool<asks_model>("test_input_required_result_sampling", "Asks the client's model."),
    tool<asks_roots>("test_input_required_result_list_roots", "Asks for the client's roots."),
    tool<asks_with_state>("test_input_required_result_request_state",
                          "Keeps something until the next round."),
    tool<asks_three>("test_input_required_result_multiple_inputs", "Asks three things at once."),
    tool<asks_twice>("test_input_required_result_multi_round", "Asks, and asks again."),
    tool<asks_to_confirm>("test_input_required_result_tampered_state",
                          "Asks, and is called again with a state that it never gave."),
    tool<asks_what_client_can>("test_input_required_result_capabilities",
                               "Asks only what this client can be asked."),
};

}  // namespace conformance
