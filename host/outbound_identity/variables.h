#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace adomcp::outbound_identity {

/// Value of an environment variable, empty when unset. A part, so that tests need not touch the
/// process's environment; platforms rotate values, so it is asked at each use.
using Variables = std::function<std::string(const std::string& name)>;

/// This process's environment.
std::string process_variable(const std::string& name);

}  // namespace adomcp::outbound_identity
