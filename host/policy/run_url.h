#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace adomcp::policy {

/// A pasted link to a run's page, taken apart. Whether it may be followed is not decided here.
struct RunUrl {
  std::string origin;  ///< "https://dev.azure.com": lower-case scheme and host, port, base path
  std::string organization;
  std::string project;  ///< decoded name, or a GUID
  std::int64_t run_id = 0;
};

/// Reads `{base}/{organization}/{project}/_build/results?buildId=4711…`, also the older
/// `_build/index`, and `https://{organization}.visualstudio.com/{project}/…`, whose origin is then
/// `https://dev.azure.com`. Strict: nullopt for anything that could be read in two ways.
std::optional<RunUrl> parse_run_url(std::string_view text);

/// A base URL in the form of RunUrl::origin; empty when it isn't one.
std::string normalized_origin(std::string_view base_url);

}  // namespace adomcp::policy
