#include "transport/stdio_request.h"

#include <utility>

namespace adomcp::transport {

bool StdioRequest::send(std::string_view message) {
  const std::lock_guard sending(sending_);
  return !ended() && writer_->send(message);
}

void StdioRequest::close() {
  static_cast<void>(end(false));
}

void StdioRequest::cancel() {
  static_cast<void>(end(true));
}

void StdioRequest::answer(std::string_view body) {
  const std::lock_guard sending(sending_);
  if (end(false) && !body.empty()) writer_->send(body);
}

/// True for the one who ended it.
bool StdioRequest::end(bool cancelled) {
  std::function<void()> told;
  {
    const std::lock_guard lock(mutex_);
    if (ended_) return false;
    ended_ = true;
    cancelled_ = cancelled;
    told = std::exchange(on_end_, nullptr);
  }
  if (told) told();
  gone_();
  return true;
}

void StdioRequest::on_end(std::function<void()> ended) {
  {
    const std::lock_guard lock(mutex_);
    if (!ended_) {
      on_end_ = std::move(ended);
      return;
    }
  }
  ended();
}

bool StdioRequest::ended() const {
  const std::lock_guard lock(mutex_);
  return ended_;
}

bool StdioRequest::cancelled() const {
  const std::lock_guard lock(mutex_);
  return cancelled_;
}

}  // namespace adomcp::transport
