#include "fitting.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "answer_parts.h"
#include "shortening.h"

namespace adomcp::failure_logs {

namespace {

constexpr std::size_t kLeastText = 60;  // bytes of a name or a title
constexpr std::size_t kShortest = 20;   // where nothing else helps

class Fitter {
 public:
  Fitter(Json& answer, std::size_t max_bytes, const std::function<void()>& put_hints)
      : out_(answer), max_(max_bytes), put_hints_(put_hints) {}

  /// Drops the least useful until the answer fits. The shares make this rare.
  void run() {
    while (size_of(out_) > max_) {
      if (!out_["truncated"].get<bool>()) {
        out_["truncated"] = true;
        put_hints_();
        continue;
      }
      if (!drop_one()) return;
    }
  }

 private:
  /// What another call needs to look at it; false when it is that already.
  bool shorten_last_good() {
    Json& good = out_["last_good_run"];
    Json brief = Json::object();
    for (const char* key : {"id", "number", "found_on", "url"}) {
      if (good.contains(key)) brief[key] = good[key];
    }
    if (brief.size() == good.size()) return false;
    good = std::move(brief);
    return true;
  }

  /// Bytes that `part` may take for the whole answer to fit.
  std::size_t share_of(const Json& part) const {
    const std::size_t over = size_of(out_) - std::min(max_, size_of(out_));
    const std::size_t size = size_of(part);
    return size > over ? size - over : 0;
  }

  bool drop_one() {
    for (const char* key : {"commits_since", "downstream", "failed_tests", "notes"}) {
      if (drop_last(key)) return true;
    }
    for (const char* key : {"evidence", "log_ids", "jobs", "tasks", "failed_before"}) {
      if (drop_last_of_failures(key, 0)) return true;
    }
    if (out_.erase("previous_failures") > 0 || out_.erase("since") > 0) return true;
    if (out_.contains("last_good_run")) {
      return shorten_last_good() || out_.erase("last_good_run") > 0;
    }
    if (drop_last("waiting") || drop_last_of_failures("messages", 1)) return true;
    Json& failures = out_["failures"];
    if (failures.size() > 1) {
      failures.erase(failures.size() - 1);
      put_hints_();
      return true;
    }
    return drop_text();
  }

  /// Of the one failure that is left, what it says goes last.
  bool drop_text() {
    Json& run = out_["run"];
    if (run.erase("pull_request") > 0 || shorten_texts(run, share_of(run), kLeastText)) return true;
    Json& next = out_["next"];
    if (next.size() > 1) {
      next.erase(next.size() - 1);
      return true;
    }
    if (!std::exchange(out_["cause"], nullptr).is_null()) return true;
    if (!out_["failures"].empty()) {
      Json& failure = out_["failures"][0];
      const std::size_t over = size_of(out_) - std::min(max_, size_of(out_));
      Json messages = std::exchange(failure["messages"], Json::array());
      const std::size_t size = size_of(failure);
      const bool cut = shorten_texts(failure, size > over ? size - over : 0, kShortest);
      failure["messages"] = std::move(messages);
      if (cut) return true;
    }
    if (shorten_texts(run, share_of(run), kShortest)) return true;
    if (!std::exchange(next, Json::array()).empty()) return true;
    return !out_["failures"].empty() &&
           shorten_texts(out_["failures"][0], share_of(out_["failures"][0]), kShortest);
  }

  bool drop_last(const char* key) {
    if (!out_.contains(key) || out_[key].empty()) return false;
    Json& list = out_[key];
    list.erase(list.size() - 1);
    const bool optional = std::string_view(key) == "notes" || std::string_view(key) == "waiting";
    if (list.empty() && optional) out_.erase(key);
    return true;
  }

  bool drop_last_of_failures(const char* key, std::size_t least) {
    Json& failures = out_["failures"];
    for (auto failure = failures.rbegin(); failure != failures.rend(); ++failure) {
      if (!failure->contains(key) || (*failure)[key].size() <= least) continue;
      Json& list = (*failure)[key];
      list.erase(list.size() - 1);
      if (list.empty() && std::string_view(key) == "failed_before") failure->erase(key);
      (*failure)["truncated"] = true;
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
