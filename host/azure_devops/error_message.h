#pragma once

#include <string>
#include <string_view>

#include "core/result.h"

// Pure: answers that aren't good ones, as sentences that name what to check.

namespace adomcp::azure_devops {

/// What was asked for, in words for people.
struct AskedFor {
  std::string organization;
  std::string project;  ///< empty for requests about the organisation itself
  std::string path;
};

/// `secret` is cut out of whatever the server says.
Error explain_status(int status, std::string_view content_type, std::string_view body,
                     std::string_view secret, const AskedFor& asked);

/// For what isn't there, and for what belongs to another project: whether there is such a thing
/// somewhere else is nobody's business.
Error explain_not_found(const AskedFor& asked);

/// For 203, redirects and pages where data was asked for.
Error explain_sign_in(const AskedFor& asked);

/// What an error body says: its message and every validation result, numbered, cleaned, as one
/// line; or empty. At most 4,000 bytes; "[cut]" and "… and 4 more" say what is missing.
std::string message_of(std::string_view content_type, std::string_view body,
                       std::string_view secret);

}  // namespace adomcp::azure_devops
