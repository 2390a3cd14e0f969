#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Pure: which pipelines of a list are meant, and where the list goes on.

namespace adomcp::pipelines {

/// Whether `name` has `filter` in it, in any case; where `filter` has a `*`, whether it is the
/// whole name with `*` for any text. An empty filter is in each.
bool name_matches(std::string_view name, std::string_view filter);

/// "\release\eu" of "release/eu/", "/release/eu", "\release\eu": as Azure writes folders.
std::string folder_path(std::string_view folder);

/// Whether a pipeline's folder is `wanted` (as of folder_path) or lies in it, in any case.
bool is_in_folder(std::string_view folder, std::string_view wanted);

/// Where a list that is filtered on this side goes on: a page of Azure's, and within it the last
/// pipeline already dealt with. As text `s<pipeline id>.<Azure's token>`.
struct PageToken {
  std::string page;       ///< Azure's own token; empty: the first page
  std::int64_t seen = 0;  ///< pipelines of the page up to this one are done; 0: none

  std::string text() const;
  /// Empty for text that this program didn't make.
  static std::optional<PageToken> parse(std::string_view text);
};

struct Filter {
  std::string name, folder;  ///< empty: any
};

/// One page taken: the pipelines that matched, and where to go on (empty: nothing is left).
struct Page {
  std::vector<nlohmann::json> matches;
  std::optional<PageToken> next;
  bool is_lost = false;  ///< what the token goes on behind isn't there: nothing was taken
};
Page take_page(const nlohmann::json& answer, const PageToken& token, const Filter& filter,
               std::size_t room, const std::string& azure_next);

}  // namespace adomcp::pipelines
