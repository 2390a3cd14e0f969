#include "transport/stdio_requests.h"

#include <utility>

namespace adomcp::transport {

std::shared_ptr<StdioRequest> StdioRequests::open(const std::string& id,
                                                  const std::shared_ptr<LineWriter>& writer) {
  const std::lock_guard lock(mutex_);
  if (requests_.contains(id)) return nullptr;
  // A plugin that was given up may hold its request for longer than there is this.
  auto request = std::make_shared<StdioRequest>(writer, [weak = weak_from_this(), id] {
    if (const auto self = weak.lock()) self->remove(id);
  });
  requests_.emplace(id, request);
  return request;
}

void StdioRequests::remove(const std::string& id) {
  std::shared_ptr<StdioRequest> last;  // goes after the lock
  const std::lock_guard lock(mutex_);
  const auto found = requests_.find(id);
  if (found == requests_.end()) return;
  last = std::move(found->second);
  requests_.erase(found);
  if (requests_.empty()) none_.notify_all();
}

void StdioRequests::cancel(const std::string& id) {
  std::shared_ptr<StdioRequest> meant;
  {
    const std::lock_guard lock(mutex_);
    const auto found = requests_.find(id);
    if (found == requests_.end()) return;
    meant = found->second;
  }
  meant->cancel();
}

void StdioRequests::cancel_all() {
  std::map<std::string, std::shared_ptr<StdioRequest>> all;
  {
    const std::lock_guard lock(mutex_);
    all = requests_;
  }
  for (const auto& [id, request] : all) request->cancel();
}

bool StdioRequests::wait_until_none(Deadline deadline) {
  std::unique_lock lock(mutex_);
  return none_.wait_until(lock, deadline.at(), [this] { return requests_.empty(); });
}

}  // namespace adomcp::transport
