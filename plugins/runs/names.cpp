#include "names.h"

#include <adomcp/redact.hpp>
#include <adomcp/text.hpp>
#include <utility>

#include "shared/checks.h"

namespace adomcp::runs {

namespace {

constexpr std::size_t kName = 120;  // bytes of most that is told
constexpr std::size_t kWords = 240;

/// Cleaning is cheap and looking for secrets is not: the text is cut between the two, far enough
/// behind what is told for a secret at its end to be seen.
std::string cleaned(std::string_view text, std::size_t max_bytes) {
  const std::string clean = sdk::clean_text(text);
  return sdk::shorten(sdk::redact(sdk::truncate_utf8(clean, max_bytes * 2 + 256)), max_bytes);
}

}  // namespace

std::string Names::clean(std::string_view text, std::size_t max_bytes) {
  const std::size_t bound = max_bytes <= kName ? kName : max_bytes <= kWords ? kWords : max_bytes;
  const auto [found, fresh] =
      known_[bound].try_emplace(std::string(text.substr(0, bound * 4 + 1024)));
  if (fresh) found->second = cleaned(found->first, bound);
  return sdk::shorten(found->second, max_bytes);
}

std::string Names::label(const shared::Record& check, std::size_t max_bytes) {
  const auto [found, fresh] = labels_.try_emplace(&check);
  if (fresh) found->second = clean(shared::label_of_check(check), kName);
  return sdk::shorten(found->second, max_bytes);
}

}  // namespace adomcp::runs
