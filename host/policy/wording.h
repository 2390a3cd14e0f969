#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/operation.h"

// How refusals name things: bounded, and without characters that could disturb a terminal or log.

namespace adomcp::policy {

/// A name that somebody sent, cleaned and in quotation marks that it can't close.
std::string in_quotes(std::string_view name);

/// An operation in a sentence: "tool 'x'", "resource 'build://7'", "completion of 'x'".
std::string called(const Operation& operation);

/// "a, b and 7 more"; "none" for an empty list.
std::string listed(const std::vector<std::string>& names);

}  // namespace adomcp::policy
