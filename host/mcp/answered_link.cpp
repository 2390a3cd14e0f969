#include "mcp/answered_link.h"

namespace adomcp::mcp {

Asked AnsweredLink::ask(const Question& question) {
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

}  // namespace adomcp::mcp
