#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace adomcp::outbound_identity {

using Form = std::vector<std::pair<std::string, std::string>>;

/// "a=b&c=d", percent-encoded for a query or a form body.
std::string form_text(const Form& form);

/// One part of a URL's path, percent-encoded.
std::string path_part(std::string_view text);

}  // namespace adomcp::outbound_identity
