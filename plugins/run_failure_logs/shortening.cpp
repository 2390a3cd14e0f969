#include "shortening.h"

#include <adomcp/text.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "answer_parts.h"

namespace adomcp::failure_logs {

namespace {

constexpr std::size_t kLongLink = 200;

struct Longest {
  Json* owner = nullptr;
  Json* text = nullptr;
  std::string key;  ///< of an object's member
  std::size_t size = 0;
};

bool is_link(const std::string& key) {
  return key == "url";
}

void find_longest(Json& value, std::size_t least, Longest& best) {
  if (!value.is_structured()) return;
  for (auto at = value.begin(); at != value.end(); ++at) {
    find_longest(*at, least, best);
    if (!at->is_string()) continue;
    const std::size_t size = at->get_ref<const std::string&>().size();
    const std::string key = value.is_object() ? at.key() : std::string();
    if (size <= std::max(is_link(key) ? kLongLink : least, best.size)) continue;
    best = {&value, &*at, key, size};
  }
}

}  // namespace

bool shorten_texts(Json& value, std::size_t max_bytes, std::size_t least) {
  bool cut = false;
  while (size_of(value) > max_bytes) {
    Longest longest;
    find_longest(value, least, longest);
    if (longest.text == nullptr) return cut;
    cut = true;
    if (is_link(longest.key)) {
      longest.owner->erase(longest.key);
    } else {
      *longest.text = sdk::shorten(longest.text->get_ref<const std::string&>(),
                                   std::max(least, longest.size / 2));
    }
  }
  return cut;
}

}  // namespace adomcp::failure_logs
