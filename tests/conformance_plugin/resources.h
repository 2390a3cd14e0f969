#pragma once

#include <adomcp/start.hpp>

namespace conformance {

void declare_resources(adomcp::Start& start);

}  // namespace conformance
