#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace adomcp::environments {

/// Where a list goes on: a page of Azure's, and within it the last entry already told. As text
/// `p<Azure's token>`, `a<id>` or `p<…>.a<id>`. Pages are always of one size, so a token fits
/// whatever `top` a call has.
struct Place {
  std::string page;        ///< Azure's own token; empty: the first page
  std::int64_t after = 0;  ///< the entry told last; 0: none of this page

  std::string text() const;
  /// Empty for text that this program didn't make.
  static std::optional<Place> parse(std::string_view text);
};

/// Of a page, the entries behind `place`.
struct Rest {
  std::vector<nlohmann::json> list;
  bool anew = false;  ///< all of the page, because the entry told last isn't on it
};
Rest rest_of(const nlohmann::json& answer, const Place& place);

}  // namespace adomcp::environments
