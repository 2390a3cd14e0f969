#include "search_answer.h"

#include <algorithm>
#include <utility>

#include "budget.h"

namespace adomcp::logs {
namespace {

constexpr std::size_t kMaxLogs = 40;    // with matches, in one answer
constexpr std::size_t kAroundLog = 90;  // the keys of a log and its numbers
constexpr std::size_t kMatchFlag = 13;  // "match":true,

MatchedLog entry_of(const SearchedLog& searched) {
  MatchedLog out;
  out.log_id = searched.log.id;
  out.stage = searched.log.stage;
  out.job = searched.log.job;
  out.task = searched.log.task;
  out.matches = searched.matches->count();
  return out;
}

std::size_t cost_of_names(const MatchedLog& log) {
  return kAroundLog + cost_of(0, log.stage.value_or("")) + cost_of(0, log.job.value_or("")) +
         cost_of(0, log.task.value_or(""));
}

/// Gives the logs one match after the other, by turns.
class Filler {
 public:
  Filler(std::size_t most, std::size_t max_bytes) : matches_left_(most), left_(max_bytes) {}

  void add_log(const SearchedLog& searched) {
    MatchedLog entry = entry_of(searched);
    const std::size_t cost = cost_of_names(entry);
    if (places_.size() >= kMaxLogs || cost > left_) return;
    left_ -= cost;
    places_.push_back({std::move(entry), searched.matches});
  }

  void fill() {
    for (bool any = true; any && matches_left_ > 0;) {
      any = false;
      for (Place& place : places_) any = add_unit(place) || any;
    }
  }

  std::vector<MatchedLog> take() {
    std::vector<MatchedLog> out;
    for (Place& place : places_) out.push_back(std::move(place.entry));
    return out;
  }

  std::size_t shown() const { return shown_; }

 private:
  struct Place {
    MatchedLog entry;
    const Matches* matches;
    std::size_t next = 0;  ///< of its units; all of them: it is full
  };

  /// The next match with the lines around it; false when there is none, or it doesn't fit.
  bool add_unit(Place& place) {
    const auto& units = place.matches->units();
    const auto& lines = place.matches->lines();
    if (place.next >= units.size() || matches_left_ == 0) return false;
    const std::size_t from = units[place.next];
    const std::size_t to = place.next + 1 < units.size() ? units[place.next + 1] : lines.size();
    std::size_t cost = 0;
    for (std::size_t i = from; i < to; ++i) {
      cost += cost_of(lines[i].number, lines[i].text) + (lines[i].match ? kMatchFlag : 0);
    }
    if (cost > left_) {
      place.next = units.size();
      return false;
    }
    left_ -= cost;
    ++place.next;
    --matches_left_;
    for (std::size_t i = from; i < to; ++i) {
      if (lines[i].match) ++shown_;
      place.entry.lines.push_back({lines[i].number,
                                   lines[i].match ? std::optional<bool>(true) : std::nullopt,
                                   lines[i].text});
    }
    return true;
  }

  std::vector<Place> places_;
  std::size_t matches_left_;
  std::size_t left_;
  std::size_t shown_ = 0;
};

}  // namespace

bool fill(SearchAnswer& answer, const std::vector<SearchedLog>& searched, std::size_t most,
          std::size_t max_bytes) {
  Filler filler(most, max_bytes);
  for (const SearchedLog& each : searched) {
    answer.matches += each.matches->count();
    if (each.matches->count() > 0) filler.add_log(each);
  }
  filler.fill();
  answer.logs = filler.take();
  return static_cast<std::int64_t>(filler.shown()) >= answer.matches;
}

}  // namespace adomcp::logs
