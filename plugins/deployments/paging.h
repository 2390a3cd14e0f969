#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace adomcp::deployments {

/// Where a list filtered on this side goes on: a page of Azure's, and within it the last deployment
/// already dealt with. As text `p<Azure's token>`, `s<deployment id>` or `p<…>.s<…>`. Lists run by
/// falling deployment id, so new deployments never shift what a token means.
struct PageToken {
  std::string page;       ///< Azure's own token; empty: the first page
  std::int64_t seen = 0;  ///< deployments with this id or a higher one are done; 0: none

  std::string text() const;
  /// Empty for text that this program didn't make.
  static std::optional<PageToken> parse(std::string_view text);
};

/// One page taken: the deployments that matched, and where to go on (empty: nothing is left).
struct Page {
  std::vector<nlohmann::json> matches;
  std::optional<PageToken> next;
};

/// The deployments of `answer` (one page got with `token`) in `environment`, any case, at most
/// `room` of them. An empty `environment` matches all. `azure_next` is Azure's token, may be empty.
Page take_page(const nlohmann::json& answer, const PageToken& token, std::string_view environment,
               std::size_t room, const std::string& azure_next);

}  // namespace adomcp::deployments
