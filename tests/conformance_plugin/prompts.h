#pragma once

#include <adomcp/start.hpp>

namespace conformance {

void declare_prompts(adomcp::Start& start);

}  // namespace conformance
