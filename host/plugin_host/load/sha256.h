#pragma once

#include <istream>
#include <string>

#include "core/result.h"

namespace adomcp::plugin_host {

/// 64 lower-case hex digits over everything that is left in `in`.
Result<std::string> sha256(std::istream& in);

}  // namespace adomcp::plugin_host
