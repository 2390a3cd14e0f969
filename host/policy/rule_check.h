#pragma once

#include <string>
#include <vector>

#include "policy/access.h"

namespace adomcp::policy {

/// What is wrong with the rules once the tools are known, one line each with its place: an entry of
/// `tools` that is none of them and matches none grants nothing, so it is a mistake. "*" never is.
std::vector<std::string> check_rules(const Access& access, const std::vector<std::string>& tools);

}  // namespace adomcp::policy
