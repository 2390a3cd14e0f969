#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace adomcp::net {

/// The fields of a request's or an answer's head, in their order.
using Fields = std::vector<std::pair<std::string, std::string>>;

/// A field's value by case-insensitive name; empty when absent.
std::string value_of(const Fields& fields, std::string_view name);

}  // namespace adomcp::net
