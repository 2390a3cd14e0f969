#include "net/fields.h"

#include <algorithm>

#include "core/text.h"

namespace adomcp::net {

std::string value_of(const Fields& fields, std::string_view name) {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const auto& field) { return iequals(field.first, name); });
  return found == fields.end() ? std::string() : found->second;
}

}  // namespace adomcp::net
