#pragma once

#include <string_view>

// Resource templates as access rules see them: "build://{id}/log", where each {name} stands for one
// path segment.

namespace adomcp::policy {

/// Told from a prompt's name, which has no colon.
bool is_uri(std::string_view name);

/// Whether `pattern` (* and ?) matches any URI that `uri_template` stands for. A URI without braces
/// stands for itself.
bool reaches(std::string_view pattern, std::string_view uri_template);

}  // namespace adomcp::policy
