#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace adomcp {

/// Longer ones are neither declared nor looked up.
constexpr std::size_t kMaxUri = 2048;

/// The values of a template's placeholders, in its order, percent-decoded.
using UriVariables = std::vector<std::pair<std::string, std::string>>;

/// Why this can't be a resource's URI: a scheme, ':' and something after it, without what a URI
/// may not have. Empty when it can.
std::string wrong_uri(std::string_view uri);

/// Why this can't be a template: a URI of which one or more whole path segments after the scheme
/// are {name}, each name once. Empty when it can.
std::string wrong_uri_template(std::string_view uri_template);

/// The template with nameless placeholders: two of the same shape match the same URIs.
std::string shape_of(std::string_view uri_template);

/// What a good template makes of `uri`; nullopt when it doesn't match. A value is one segment,
/// never empty, valid UTF-8 without control characters, and neither "." nor "..". It may hold a
/// '/' that was written as %2F.
std::optional<UriVariables> match_uri(std::string_view uri_template, std::string_view uri);

/// Whether `pattern` (* and ?) matches any URI that `uri_template` stands for. A URI without braces
/// stands for itself.
bool reaches(std::string_view pattern, std::string_view uri_template);

}  // namespace adomcp
