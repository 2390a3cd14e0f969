#include "place.h"

#include <adomcp/azure.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>

namespace adomcp::environments {

std::string Place::text() const {
  std::string out;
  if (!page.empty()) out += 'p' + page;
  if (after > 0) out += (out.empty() ? "a" : ".a") + std::to_string(after);
  return out;
}

std::optional<Place> Place::parse(std::string_view text) {
  constexpr std::string_view kAfter = ".a";
  Place place;
  if (text.empty()) return place;
  if (text.front() == 'p') {
    // Azure's own token may hold anything, so it ends at the last mark that an id follows.
    text.remove_prefix(1);
    const std::size_t mark = text.rfind(kAfter);
    const bool has_id =
        mark != std::string_view::npos && sdk::parse_id(text.substr(mark + kAfter.size()));
    place.page = text.substr(0, has_id ? mark : std::string_view::npos);
    if (place.page.empty()) return std::nullopt;
    if (!has_id) return place;
    text.remove_prefix(mark + 1);
  }
  if (text.front() != 'a') return std::nullopt;
  const auto after = sdk::parse_id(text.substr(1));
  if (!after) return std::nullopt;
  place.after = *after;
  return place;
}

Rest rest_of(const nlohmann::json& answer, const Place& place) {
  const nlohmann::json& page = sdk::list_of(answer);
  const auto last = std::find_if(page.begin(), page.end(), [&](const nlohmann::json& one) {
    return place.after > 0 && sdk::integer_of(one, "id") == place.after;
  });
  const bool found = last != page.end();
  return {{found ? std::next(last) : page.begin(), page.end()}, place.after > 0 && !found};
}

}  // namespace adomcp::environments
