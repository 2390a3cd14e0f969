#include "fitting.h"

#include <adomcp/output_edit.hpp>
#include <algorithm>
#include <array>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <utility>

#include "answer_parts.h"
#include "shortening.h"
#include "told.h"

namespace adomcp::failure_logs {

namespace {

constexpr std::size_t kLeastText = 60;  // bytes of a name or a title
constexpr std::size_t kShortest = 20;   // where nothing else helps
constexpr std::string_view kFailedBefore = output::key<&told::Failure::failed_before>();

using told::Explanation;
using told::Failure;
using told::LastGoodRun;
using told::RunDetails;

class Fitter {
 public:
  Fitter(Json& answer, std::size_t max_bytes, const std::function<void()>& put_hints)
      : out_(answer), max_(max_bytes), put_hints_(put_hints) {}

  /// Drops the least useful until the answer fits. The shares make this rare.
  void run() {
    while (size_of(out_) > max_) {
      if (!output::at<&Explanation::truncated>(out_).get<bool>()) {
        output::put<&Explanation::truncated>(out_, true);
        put_hints_();
        continue;
      }
      if (!drop_one()) return;
    }
  }

 private:
  /// What another call needs to look at it; false when it is that already.
  bool shorten_last_good() {
    constexpr std::array kKept = {
        output::key<&LastGoodRun::id>(), output::key<&RunDetails::number>(),
        output::key<&LastGoodRun::found_on>(), output::key<&RunDetails::url>()};
    Json& good = output::at<&Explanation::last_good_run>(out_);
    const std::size_t before = good.size();
    for (auto at = good.begin(); at != good.end();) {
      const bool kept = std::find(kKept.begin(), kKept.end(), at.key()) != kKept.end();
      at = kept ? std::next(at) : good.erase(at);
    }
    return good.size() < before;
  }

  /// Bytes that `part` may take for the whole answer to fit.
  std::size_t share_of(const Json& part) const {
    const std::size_t over = size_of(out_) - std::min(max_, size_of(out_));
    const std::size_t size = size_of(part);
    return size > over ? size - over : 0;
  }

  bool drop_one() {
    if (drop_last<&Explanation::commits_since>() || drop_last<&Explanation::downstream>() ||
        drop_last<&Explanation::failed_tests>() || drop_last<&Explanation::notes>() ||
        drop_last_of_failures<&Failure::evidence>(0) ||
        drop_last_of_failures<&Failure::log_ids>(0) || drop_last_of_failures<&Failure::jobs>(0) ||
        drop_last_of_failures<&Failure::tasks>(0) ||
        drop_last_of_failures<&Failure::failed_before>(0) ||
        output::erase<&Explanation::previous_failures>(out_) ||
        output::erase<&Explanation::since>(out_)) {
      return true;
    }
    if (output::has<&Explanation::last_good_run>(out_)) {
      return shorten_last_good() || output::erase<&Explanation::last_good_run>(out_);
    }
    if (drop_last<&Explanation::waiting>() || drop_last_of_failures<&Failure::messages>(1)) {
      return true;
    }
    Json& failures = output::at<&Explanation::failures>(out_);
    if (failures.size() > 1) {
      failures.erase(failures.size() - 1);
      drop_known(failures.size());
      put_hints_();
      return true;
    }
    return drop_text();
  }

  /// Of the one failure that is left, what it says goes last.
  bool drop_text() {
    Json& run = output::at<&Explanation::run>(out_);
    if (output::erase<&RunDetails::pull_request>(run)) return true;
    if (shorten_texts(run, share_of(run), kLeastText)) return true;
    if (drop_last<&Explanation::known_failures>()) return true;
    Json& next = output::at<&Explanation::next>(out_);
    if (next.size() > 1) {
      next.erase(next.size() - 1);
      return true;
    }
    if (!output::at<&Explanation::cause>(out_).is_null()) {
      output::put<&Explanation::cause>(out_, std::nullopt);
      return true;
    }
    Json& failures = output::at<&Explanation::failures>(out_);
    if (!failures.empty() && shorten_names_of(failures[0])) return true;
    if (shorten_texts(run, share_of(run), kShortest)) return true;
    if (!std::exchange(next, Json::array()).empty()) return true;
    return !failures.empty() && shorten_texts(failures[0], share_of(failures[0]), kShortest);
  }

  /// What is known of failures that aren't told any more.
  void drop_known(std::size_t failures) {
    if (!output::has<&Explanation::known_failures>(out_)) return;
    Json& known = output::at<&Explanation::known_failures>(out_);
    for (std::size_t i = known.size(); i-- > 0;) {
      const auto cause = output::at<&told::KnownFailure::cause>(known[i]).get<std::size_t>();
      if (cause >= failures) known.erase(i);
    }
    if (known.empty()) output::erase<&Explanation::known_failures>(out_);
  }

  /// All its texts but the messages.
  bool shorten_names_of(Json& failure) {
    const std::size_t over = size_of(out_) - std::min(max_, size_of(out_));
    Json& place = output::at<&Failure::messages>(failure);
    Json messages = std::exchange(place, Json::array());
    const std::size_t size = size_of(failure);
    const bool cut = shorten_texts(failure, size > over ? size - over : 0, kShortest);
    place = std::move(messages);
    return cut;
  }

  template <auto List>
  bool drop_last() {
    if (!output::has<List>(out_) || output::at<List>(out_).empty()) return false;
    Json& list = output::at<List>(out_);
    list.erase(list.size() - 1);
    if (list.empty() && output::is_optional<List>()) output::erase<List>(out_);
    return true;
  }

  template <auto List>
  bool drop_last_of_failures(std::size_t least) {
    Json& failures = output::at<&Explanation::failures>(out_);
    for (auto failure = failures.rbegin(); failure != failures.rend(); ++failure) {
      if (!output::has<List>(*failure) || output::at<List>(*failure).size() <= least) continue;
      Json& list = output::at<List>(*failure);
      list.erase(list.size() - 1);
      const bool none_left = list.empty() && output::key<List>() == kFailedBefore;
      if (none_left) output::erase<List>(*failure);
      output::put<&Failure::truncated>(*failure, true);
      return true;
    }
    return false;
  }

  Json& out_;
  const std::size_t max_;
  const std::function<void()>& put_hints_;
};

}  // namespace

void fit_answer(nlohmann::json& answer, std::size_t max_bytes,
                const std::function<void()>& put_hints) {
  Fitter(answer, max_bytes, put_hints).run();
}

}  // namespace adomcp::failure_logs
