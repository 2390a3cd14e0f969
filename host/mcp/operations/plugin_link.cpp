#include "mcp/operations/plugin_link.h"

namespace adomcp::mcp {

Asked PluginLink::ask(const Question& question) {
  if (question.key.compare(0, kHostKeys.size(), kHostKeys) == 0) return {Asked::State::kInvalid};
  const std::pair name(question.key, question.params_json);
  {
    const std::lock_guard lock(mutex_);
    const auto found = answers_.find(name);
    if (found != answers_.end()) return {Asked::State::kAnswered, found->second};
  }
  auto asked = link_->ask(question);
  if (asked.state != Asked::State::kAnswered) return asked;
  const std::lock_guard lock(mutex_);
  answers_.emplace(name, asked.json);
  return asked;
}

std::optional<Deadline> PluginLink::begin_task(std::chrono::milliseconds ttl,
                                               std::chrono::milliseconds poll) {
  const auto deadline = link_->begin_task(ttl, poll);
  const std::lock_guard lock(mutex_);
  if (deadline) task_deadline_ = deadline;
  return deadline;
}

std::optional<Deadline> PluginLink::task_deadline() const {
  const std::lock_guard lock(mutex_);
  return task_deadline_;
}

}  // namespace adomcp::mcp
