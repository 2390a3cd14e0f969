#include "mcp/sessions/pending_answers.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace adomcp::mcp {

std::int64_t PendingAnswers::open() {
  const std::lock_guard lock(mutex_);
  open_.emplace(next_, std::nullopt);
  return next_++;
}

void PendingAnswers::deliver(std::int64_t id, nlohmann::json response) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = open_.find(id);
    if (found == open_.end() || found->second) return;
    found->second = std::move(response);
  }
  changed_.notify_all();
}

std::optional<nlohmann::json> PendingAnswers::wait(std::int64_t id, Deadline until,
                                                   const std::function<bool()>& interrupted) {
  constexpr std::chrono::milliseconds kLook{50};  // how often `interrupted` is asked
  std::unique_lock lock(mutex_);
  std::optional<nlohmann::json> answer;
  const auto here = [&] { return stopped_ || open_[id].has_value(); };
  while (!here()) {
    changed_.wait_for(lock, std::min(kLook, until.remaining()), here);
    if (here() || until.passed()) break;
    lock.unlock();  // it may take locks of its own
    const bool enough = interrupted && interrupted();
    lock.lock();
    if (enough) break;
  }
  answer = std::move(open_[id]);
  open_.erase(id);
  return answer;
}

void PendingAnswers::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
}

}  // namespace adomcp::mcp
