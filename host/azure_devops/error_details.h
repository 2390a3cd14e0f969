#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

// Pure: what the body of an error answer says, whichever of the service's shapes it has.

namespace adomcp::azure_devops {

/// Raw texts of strangers, with whatever they hold.
struct ErrorDetails {
  std::string headline;              ///< the error's own message; empty: it has none
  std::vector<std::string> results;  ///< each validation result and inner message once, in order
  std::size_t left_out = 0;          ///< how many more there were
  bool broken = false;               ///< the body broke off: there may have been more
};

/// Knows the wrapped exception ({"message", "customProperties": {"ValidationResults": […]},
/// "innerException"}), the bare one ({"ClassName", "Message", "ValidationResults"}), OData's
/// ({"value": {"Message"}}, {"error": {"message"}}), "errorMessage" and "errors"; keys in any case,
/// results as objects, texts or JSON text, lists bare, in "$values" and "value", or as objects
/// whose members are the results, by number or by field. A result that is fine ("ok") says nothing;
/// a warning is called so. Further lines of a message are results. At most 50 results are kept. Of
/// a body that breaks off, what came whole is told.
ErrorDetails error_details(std::string_view body);

}  // namespace adomcp::azure_devops
