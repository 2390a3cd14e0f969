#include "log_search.h"

#include <algorithm>
#include <utility>

namespace adomcp::logs {
namespace {

constexpr std::size_t kMatchBytes = 400;
constexpr std::size_t kContextBytes = 200;
constexpr std::size_t kBeforeMatch = 120;  // of a long line, shown before what matches

/// At most `most` bytes of a line, with the match in them as far as it fits.
std::string shown(std::string_view text, SearchPattern::Place place, std::size_t most) {
  std::string out;
  if (text.size() > most && place.from + place.size > most - kBeforeMatch) {
    std::size_t from = place.from > kBeforeMatch ? place.from - kBeforeMatch : 0;
    while (from > 0 && (static_cast<unsigned char>(text[from]) & 0xC0U) == 0x80U) --from;
    if (from > 0) out = "…";
    text.remove_prefix(from);
  }
  return out + sdk::shorten(text, most);
}

}  // namespace

void Matches::add(const Line& line, bool match, SearchPattern::Place place) {
  if (match) ++count_;
  const bool starts = match && has_room();
  if (!starts && line.number > after_to_) {
    if (context_ == 0) return;
    before_.push_back({line.number, shown(line.text, {}, kContextBytes), false});
    if (before_.size() > context_) before_.pop_front();
    return;
  }
  const auto context = static_cast<std::int64_t>(context_);
  if (starts) {
    units_.push_back(lines_.size());
    for (FoundLine& before : before_) {
      if (before.number >= line.number - context) keep(std::move(before));
    }
    before_.clear();
    after_to_ = line.number + context;
  }
  keep({line.number, shown(line.text, place, match ? kMatchBytes : kContextBytes), match});
}

void Matches::keep(FoundLine line) {
  bytes_ += line.text.size();
  lines_.push_back(std::move(line));
}

LogSearch::LogSearch(const SearchPattern& pattern, std::size_t context, std::size_t most)
    : pattern_(pattern),
      matches_(context, most),
      literal_(context, most),
      lines_(
          1, [this](const Line& line) { return take(line); },
          [this](std::string_view text) { return pattern_.may_match_masked(text); }) {}

bool LogSearch::take(const Line& line) {
  const bool match = pattern_.matches(line.text);
  const bool literal = pattern_.stands_in(line.text);
  const auto place = match || literal ? pattern_.place_in(line.text) : SearchPattern::Place{};
  matches_.add(line, match, place);
  if (matches_.count() == 0) literal_.add(line, literal, place);
  return true;
}

}  // namespace adomcp::logs
